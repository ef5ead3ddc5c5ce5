using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking.Modifications;

/// <summary>
/// The Host has the new stay: in the caller's transaction the nights change hands, the reservation becomes the new stay, the
/// books follow its price, and what goes back is asked for.
/// </summary>
internal static class ApplyModification
{
    /// <param name="unit">Holds the locks of the change and of the booking's intent.</param>
    /// <param name="change">In <c>host_commit_pending</c>, or <c>host_commit_failed</c> when an agent overrides.</param>
    /// <param name="hostBookingId">The Host's booking.</param>
    /// <param name="actor">Who confirms.</param>
    /// <param name="now">UTC instant.</param>
    /// <returns>The confirmation code; null when the reservation stands no longer, or its guest has the room now that the change would give up.</returns>
    public static async Task<string?> RunAsync(UnitOfWork unit, BookingIntent change, Guid hostBookingId, string actor, DateTimeOffset now)
    {
        var stay = await StandingStay.LockAsync(unit, change.ModifiesReservationId!.Value);
        if (!ModificationRules.MayStillBeMade(stay, change))
        {
            return null;
        }

        var left = await RefundSpread.LeftAsync(unit.Connection, stay.BookingIntentId);
        var standing = await stay.StandingMoneyAsync(unit.Connection);
        var price = await PriceAsync(unit, change, new(left.Sum(l => l.Amount), standing.Booking.Total));
        await MoveNightsAsync(unit, stay, change, now);
        var money = MoneyOf(stay, change, standing, price);
        await WriteAsync(unit, change, money, hostBookingId, price, now);
        await PostAsync(unit, change, money, price, actor, now);
        await BookingIntents.MoveAsync(unit, change.Id, change.Status, BookingIntentStatus.Confirmed, actor, "changed at the Host", now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET reservation_id = @ReservationId,
                host_booking_id = @hostBookingId
            WHERE id = @Id;

            UPDATE reserve.booking_intents
            SET host_booking_id = @hostBookingId
            WHERE (id = @BookingId OR modifies_reservation_id = @ReservationId)
              AND status = 'confirmed'
              AND host_booking_id <> @hostBookingId
            """,
            new { change.Id, change.BookingId, ReservationId = stay.Id, hostBookingId });
        await HostCommits.RecordAsync(unit, change.Id, "done", null, hostBookingId, now);
        if (stay.HostBookingId != hostBookingId)
        {
            await ReplacedBookings.BeginAsync(unit, change, stay.HostBookingId, now);
        }

        await RequestRefundsAsync(unit, stay, change, left, price.Refund, now);
        await TellAsync(unit, stay, change, price, actor, now);
        return stay.ConfirmationCode;
    }

    // The nights of both stays are locked in one order, by unit and date, before any is touched.
    private static async Task MoveNightsAsync(UnitOfWork unit, StandingStay stay, BookingIntent change, DateTimeOffset now)
    {
        var kept = KeptNights.Of(stay.UnitId, stay.CheckIn, stay.CheckOut, new(change.UnitId, change.CheckIn, change.CheckOut, 1, 0));
        var both = new
        {
            stay.UnitId,
            stay.CheckIn,
            stay.CheckOut,
            NewUnit = change.UnitId,
            NewIn = change.CheckIn,
            NewOut = change.CheckOut,
            kept?.From,
            kept?.To,
            now,
        };
        await unit.Connection.ExecuteAsync(
            """
            SELECT 1
            FROM reserve.availability_calendar
            WHERE (unit_id = @UnitId AND date >= @CheckIn AND date < @CheckOut)
               OR (unit_id = @NewUnit AND date >= @NewIn AND date < @NewOut)
            ORDER BY unit_id, date
            FOR UPDATE
            """,
            both);
        if (!await Holds.ConvertAsync(unit, change, now))
        {
            throw new InvalidOperationException($"booking intent {change.Id} holds no nights to confirm");
        }

        var back = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.availability_calendar
            SET bookings_count = bookings_count - 1,
                updated_at = @now
            WHERE unit_id = @UnitId
              AND date >= @CheckIn
              AND date < @CheckOut
              AND (@From::date IS NULL OR date < @From OR date >= @To)
            """,
            both);
        var given = stay.CheckOut.DayNumber - stay.CheckIn.DayNumber - (kept is null ? 0 : kept.To.DayNumber - kept.From.DayNumber);
        if (back != given)
        {
            throw new InvalidOperationException($"reservation {stay.Id} covers nights that the calendar lacks");
        }

        if (given > 0)
        {
            await Outbox.AppendAsync(
                unit, "booking.nights_released", "reservation", stay.Id, new { stay.UnitId, stay.CheckIn, stay.CheckOut }, now);
        }
    }

    // By the rules that were in force when it was booked, as they were stored with it.
    private static ModifiedMoney MoneyOf(StandingStay stay, BookingIntent change, StandingMoney standing, ModificationPrice price)
    {
        var booked = stay.Commission;
        var commission = Commission.For(booked.Rule, change.BasePrice - change.DiscountAmount, booked.BookingsThisMonth);
        return ModifiedMoney.Of(
            stay.Money,
            stay.Money with
            {
                BaseLessDiscount = change.BasePrice - change.DiscountAmount,
                CleaningFee = change.CleaningFee,
                ServiceFee = change.ServiceFee,
                BookingTax = change.Taxes,
                Commission = commission.Amount,
            },
            commission,
            standing,
            (stay.ServiceTax, stay.ServiceTaxRate),
            price.Kept);
    }

    private static Task WriteAsync(
        UnitOfWork unit, BookingIntent change, ModifiedMoney money, Guid hostBookingId, ModificationPrice price, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.reservations r
            SET unit_id = i.unit_id,
                host_booking_id = @hostBookingId,
                check_in = i.check_in,
                check_out = i.check_out,
                guests_adults = i.guests_adults,
                guests_children = i.guests_children,
                guests_infants = i.guests_infants,
                base_price = i.base_price,
                discount_amount = i.discount_amount,
                cleaning_fee = i.cleaning_fee,
                service_fee = i.service_fee,
                taxes = i.taxes,
                total_amount = i.total_amount,
                quote = i.quote,
                commission_amount = @Commission,
                net_to_property = @NetToProperty,
                commission_rule = @Rule::jsonb,
                service_tax = @ServiceTax,
                cancellation_fee = r.cancellation_fee + @Kept,
                refund_ceiling_percent = @RefundCeilingPercent,
                updated_at = @now
            FROM reserve.booking_intents i
            WHERE i.id = @Id
              AND r.id = i.modifies_reservation_id
            """,
            new
            {
                change.Id,
                hostBookingId,
                money.After.Commission,
                money.After.NetToProperty,
                Rule = JsonSerializer.Serialize(money.Rule, EventJson.Options),
                money.ServiceTax,
                price.Kept,
                price.RefundCeilingPercent,
                now,
            });

    private static async Task PostAsync(
        UnitOfWork unit, BookingIntent change, ModifiedMoney money, ModificationPrice price, string actor, DateTimeOffset now)
    {
        if (Postings.PriceChanged(change.Id, money.Before, money.After, money.ServiceTaxMore) is { } moved)
        {
            await Ledger.PostAsync(unit, moved, actor, now);
        }

        if (money.Kept is { } kept)
        {
            await Ledger.PostAsync(unit, Postings.ModificationFeeKept(change.Id, money.After, kept), actor, now);
        }

        if (money.Restored is { } restored)
        {
            await Ledger.PostAsync(unit, Postings.SharesRestored(change.Id, money.After, restored), actor, now);
        }

        if (price.GivenBefore - (money.Restored?.Amount ?? 0m) is > 0 and var gift)
        {
            await Ledger.PostAsync(unit, Postings.GoodwillUsed(change.Id, money.After, gift), actor, now);
        }
    }

    // Money may have gone back by hand since it was promised: then no more than the rest of it goes back now.
    private static async Task<ModificationPrice> PriceAsync(UnitOfWork unit, BookingIntent change, MoneyBehind money)
    {
        var promised = JsonSerializer.Deserialize<ModificationPrice>(change.Modification!, EventJson.Options)!;
        var price = promised.Within(money);
        if (price != promised)
        {
            await unit.Connection.ExecuteAsync(
                "UPDATE reserve.booking_intents SET modification = @Price::jsonb WHERE id = @Id",
                new { change.Id, Price = JsonSerializer.Serialize(price, EventJson.Options) });
        }

        return price;
    }

    private static async Task RequestRefundsAsync(
        UnitOfWork unit, StandingStay stay, BookingIntent change, IReadOnlyList<MoneyLeft> left, decimal refund, DateTimeOffset now)
    {
        foreach (var part in refund == 0 ? [] : RefundSpread.Over(left, refund))
        {
            var attempt = (await PaymentAttempts.FindAsync(unit.Connection, part.AttemptId))!;
            await Refunds.RequestAsync(
                unit, attempt, part.Amount,
                new($"modify:{change.Id}:{attempt.Id}", RefundPurpose.Modification, "modified", stay.Id) { BookingIntentId = change.Id }, now);
        }
    }

    private static async Task TellAsync(
        UnitOfWork unit, StandingStay stay, BookingIntent change, ModificationPrice price, string actor, DateTimeOffset now)
    {
        if (change.Status == BookingIntentStatus.HostCommitFailed)
        {
            await Exceptions.ResolveAllAsync(unit, change.Id, HostFailure.ExceptionType, "changed", now);
        }

        await AuditLog.WriteAsync(
            unit, "reservation", stay.Id, "modified",
            new { stay.UnitId, stay.CheckIn, stay.CheckOut, stay.GuestsAdults, stay.GuestsChildren, stay.GuestsInfants, stay.TotalAmount },
            new { change.UnitId, change.CheckIn, change.CheckOut, change.GuestsAdults, change.GuestsChildren, change.GuestsInfants, change.TotalAmount },
            $"modification {change.Id}", actor, now);
        await Outbox.AppendAsync(
            unit, "booking.modified", "reservation", stay.Id,
            new
            {
                modificationId = change.Id,
                stay.BookingIntentId,
                stay.PropertyId,
                change.UnitId,
                change.CheckIn,
                change.CheckOut,
                fromUnitId = stay.UnitId,
                fromCheckIn = stay.CheckIn,
                fromCheckOut = stay.CheckOut,
                change.TotalAmount,
                price.Difference,
                price.Refund,
                price.Kept,
                change.Currency,
            },
            now);
    }
}
