using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>
/// Step 5 of the booking saga: in one transaction the hold becomes a booking, the reservation stands, the prepayment
/// becomes the property's share and our income, and the events are written.
/// </summary>
public sealed class ConfirmBooking(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Codes are 40 random bits; more collisions in a row than this mean that something else is wrong.</summary>
    private const int MaxCodes = 5;

    /// <summary>Confirms the intent; confirming it again returns the same reservation.</summary>
    /// <param name="intentId">In <c>host_commit_pending</c>, or <c>host_commit_failed</c> when an agent overrides.</param>
    /// <param name="hostBookingId">The Host's booking.</param>
    /// <param name="actor">Who confirms.</param>
    /// <returns>The confirmation code.</returns>
    public Task<string> RunAsync(Guid intentId, Guid hostBookingId, string actor, CancellationToken cancellation) =>
        database.TransactAsync(unit => ConfirmAsync(unit, intentId, hostBookingId, actor), cancellation);

    private async Task<string> ConfirmAsync(UnitOfWork unit, Guid intentId, Guid hostBookingId, string actor)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (intent.ReservationId is { } standing)
        {
            return (await unit.Connection.ExecuteScalarAsync<string>(
                "SELECT confirmation_code FROM reserve.reservations WHERE id = @standing", new { standing }))!;
        }

        await EnsurePaidAsync(unit, intent);
        if (!await Holds.ConvertAsync(unit, intent, now))
        {
            throw new InvalidOperationException($"booking intent {intentId} holds no nights to confirm");
        }

        var rules = await FinanceRules.InForceAsync(unit.Connection, intent.PropertyId, intent.CityId, now);
        var commission = Commission.For(rules.Commission, intent.BasePrice - intent.DiscountAmount, rules.BookingsThisMonth);
        var money = new ConfirmedMoney(
            Guid.CreateVersion7(now), intent.Id, intent.PropertyId, intent.Currency, intent.BasePrice - intent.DiscountAmount,
            intent.CleaningFee, intent.ServiceFee, intent.Taxes, commission.Amount);
        var code = await InsertReservationAsync(unit, intent, hostBookingId, commission, money, money.ServiceTaxAt(rules.ServiceTaxRate), now);
        await BookingIntents.MoveAsync(unit, intentId, intent.Status, BookingIntentStatus.Confirmed, actor, "booked at the Host", now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_intents
            SET reservation_id = @ReservationId,
                host_booking_id = @hostBookingId
            WHERE id = @intentId
            """,
            new { intentId, money.ReservationId, hostBookingId });
        await HostCommits.RecordAsync(unit, intentId, "done", null, hostBookingId, now);
        await Ledger.PostAsync(unit, Postings.BookingConfirmed(money), actor, now);
        if (Postings.ServiceTax(money, rules.ServiceTaxRate) is { } tax)
        {
            await Ledger.PostAsync(unit, tax, actor, now);
        }

        if (intent.Status == BookingIntentStatus.HostCommitFailed)
        {
            await Exceptions.ResolveAllAsync(unit, intentId, HostFailure.ExceptionType, "booked", now);
        }

        if (intent.ClosedReason is not null)
        {
            // It had ended, and late money revived it.
            await LatePayments.BookedAsync(unit, intentId, now);
        }

        await Outbox.AppendAsync(
            unit, "booking.confirmed", "reservation", money.ReservationId,
            new { bookingIntentId = intentId, intent.PropertyId, intent.UnitId, intent.CheckIn, intent.CheckOut, intent.TotalAmount, intent.Currency },
            now);
        return code;
    }

    private static async Task EnsurePaidAsync(UnitOfWork unit, BookingIntent intent)
    {
        var received = await unit.Connection.ExecuteScalarAsync<decimal>(
            """
            SELECT coalesce(sum(a.amount_received), 0)
            FROM reserve.payment_attempts a
            WHERE a.booking_intent_id = @Id
              AND a.status = 'succeeded'
              AND NOT EXISTS (SELECT 1 FROM reserve.refunds f WHERE f.payment_attempt_id = a.id)
            """,
            new { intent.Id });
        if (received < intent.TotalAmount)
        {
            throw new InvalidOperationException($"booking intent {intent.Id} is not paid: it cannot be confirmed");
        }
    }

    private static async Task<string> InsertReservationAsync(
        UnitOfWork unit, BookingIntent intent, Guid hostBookingId, Commission commission, ConfirmedMoney money, decimal serviceTax, DateTimeOffset now)
    {
        var travelerId = await unit.Connection.ExecuteScalarAsync<Guid>(
            """
            INSERT INTO reserve.travelers (id, email, first_name, last_name, phone, created_at, updated_at)
            VALUES (@Id, @GuestEmail, @GuestFirstName, @GuestLastName, @GuestPhone, @now, @now)
            ON CONFLICT (lower(email)) DO UPDATE
            SET phone = coalesce(EXCLUDED.phone, travelers.phone),
                updated_at = EXCLUDED.updated_at
            RETURNING id
            """,
            new { Id = Guid.CreateVersion7(now), intent.GuestEmail, intent.GuestFirstName, intent.GuestLastName, intent.GuestPhone, now });
        for (var tries = 0; tries < MaxCodes; tries++)
        {
            var code = ConfirmationCode.New();
            var inserted = await unit.Connection.ExecuteAsync(
                """
                INSERT INTO reserve.reservations
                    (id, confirmation_code, booking_intent_id, city_id, property_id, unit_id, host_booking_id, traveler_id,
                     guest_first_name, guest_last_name, guest_email, guest_phone, check_in, check_out, guests_adults, guests_children, guests_infants,
                     currency, base_price, taxes, cleaning_fee, service_fee, discount_amount, total_amount, commission_amount,
                     service_tax, net_to_property, commission_rule, quote, cancellation_policy, special_requests, account_id, booked_at, created_at, updated_at)
                SELECT @ReservationId, @code, i.id, i.city_id, i.property_id, i.unit_id, @hostBookingId, @travelerId,
                       i.guest_first_name, i.guest_last_name, i.guest_email, i.guest_phone, i.check_in, i.check_out, i.guests_adults, i.guests_children, i.guests_infants,
                       i.currency, i.base_price, i.taxes, i.cleaning_fee, i.service_fee, i.discount_amount, i.total_amount, @Commission,
                       @serviceTax, @NetToProperty, @Rule::jsonb, i.quote, i.cancellation_policy, i.special_requests, i.account_id, @now, @now, @now
                FROM reserve.booking_intents i
                WHERE i.id = @Id
                ON CONFLICT (confirmation_code) DO NOTHING
                """,
                new
                {
                    intent.Id,
                    money.ReservationId,
                    code,
                    hostBookingId,
                    travelerId,
                    Commission = commission.Amount,
                    money.NetToProperty,
                    serviceTax,
                    Rule = JsonSerializer.Serialize(commission, EventJson.Options),
                    now,
                });
            if (inserted == 1)
            {
                return code;
            }
        }

        throw new InvalidOperationException("no free confirmation code was found");
    }
}
