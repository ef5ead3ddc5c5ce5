using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Inventory;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>Who cancels, and in what words.</summary>
/// <param name="Actor">As audit rows call them.</param>
/// <param name="Words">Theirs; may name people.</param>
/// <param name="IsForced">A supervisor's, past the policy.</param>
internal sealed record CancellationBy(string Actor, string? Words, bool IsForced);

/// <summary>What every way to cancel a booking shares: what may be cancelled, what it would give, and the beginning.</summary>
internal static class BeginCancellation
{
    /// <summary>Why a reservation cannot be cancelled; null when it can.</summary>
    public static Refusal? RefusalOf(string status) => status switch
    {
        ReservationStatus.Confirmed => null,
        ReservationStatus.CheckedIn or ReservationStatus.CheckedOut or ReservationStatus.Completed => Refusal.Conflict(
            "already_checked_in", "The guest has checked in: this stay can no longer be cancelled. Ask the property or our support about the rest of it."),
        ReservationStatus.NoShow => Refusal.Conflict(
            "already_no_show", "Nobody came, and the stay was closed: it can no longer be cancelled. Our support can tell what is left of it."),
        _ => Refusal.Conflict("already_cancelled", "This booking is being cancelled, or is cancelled. Read the reservation to see where its money is."),
    };

    public static CancellationTerms TermsOf(Reservation reservation) =>
        new(reservation.CheckIn, reservation.TimeZone, reservation.BookedAt, PolicyOf(reservation), reservation.RightOfWithdrawal, reservation.RefundCeilingPercent);

    public static CancellationPolicyCopy PolicyOf(Reservation reservation) =>
        JsonSerializer.Deserialize<CancellationPolicyCopy>(reservation.CancellationPolicy, EventJson.Options)!;

    /// <summary>A reservation's money, and what of it a cancellation could still give back, what banks keep of it among it.</summary>
    public static async Task<(StandingMoney Standing, decimal Left)> MoneyOfAsync(Npgsql.NpgsqlConnection connection, Reservation reservation)
    {
        var standing = await StandingMoney.ReadAsync(
            connection, reservation.Id, reservation.BookingIntentId, reservation.PropertyId, reservation.Currency);
        return (standing, (await LeftAsync(connection, reservation)).Amount);
    }

    /// <summary>What a cancellation could still give back, and of which payments. What earlier changes kept is no part of the price.</summary>
    public static async Task<(IReadOnlyList<MoneyLeft> Payments, decimal Amount)> LeftAsync(Npgsql.NpgsqlConnection connection, Reservation reservation)
    {
        var payments = await RefundSpread.LeftAsync(connection, reservation.BookingIntentId, includesLost: true);
        var kept = await connection.ExecuteScalarAsync<decimal>(
            """
            SELECT coalesce(sum((modification ->> 'kept')::numeric), 0)
            FROM reserve.booking_intents
            WHERE modifies_reservation_id = @Id
              AND status = 'confirmed'
            """,
            new { reservation.Id });
        return (payments, Math.Max(0m, payments.Sum(payment => payment.Amount) - kept));
    }

    /// <summary>What cancelling gives by the rules at an instant, or as of a wish that had to wait.</summary>
    /// <param name="wishTime">How long such a wish counts: <see cref="BookingOptions.CancelWishTime"/>.</param>
    public static async Task<CancellationMoney> QuoteAsync(
        Npgsql.NpgsqlConnection connection, Reservation reservation, TimeSpan wishTime, DateTimeOffset now)
    {
        var wish = await CancelWish.ReadAsync(connection, reservation, wishTime);
        var (standing, left) = await MoneyOfAsync(connection, reservation);
        return CancellationMoney.Of(TermsOf(reservation).At(now, wish), PolicyOf(reservation).Code, standing, left);
    }

    /// <summary>Writes the promise down and takes the reservation out of those that stand. The caller has locked it.</summary>
    /// <returns>The cancellation's id.</returns>
    public static async Task<Guid> WriteAsync(
        UnitOfWork unit, Reservation reservation, CancellationMoney money, CancellationBy by, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        await ReservationRows.MoveAsync(
            unit, reservation.Id, ReservationStatus.Confirmed, ReservationStatus.CancelPending, by.Actor, money.Quote.Reason, now);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.cancellations
                (id, reservation_id, booking_intent_id, quote, currency, refund_amount, already_given, reversed_property, reversed_commission,
                 reversed_service_fee, reversed_tax, reversed_service_tax, kept_property, kept_commission, kept_service_fee, kept_tax,
                 actor, reason, forced, requested_at, updated_at)
            VALUES (@id, @reservationId, @bookingIntentId, @Quote::jsonb, @Currency, @Refund, @AlreadyGiven, @ToProperty, @Commission,
                    @ServiceFee, @BookingTax, @ServiceTax, @KeptProperty, @KeptCommission, @KeptServiceFee, @KeptTax,
                    @Actor, @Words, @IsForced, @now, @now)
            """,
            RowOf(id, reservation.Id, reservation.BookingIntentId, money, by, now));
        await Outbox.AppendAsync(
            unit, "booking.cancellation_requested", "reservation", reservation.Id,
            new { cancellationId = id, reservation.BookingIntentId, reservation.PropertyId, money.Quote.Refund, money.Quote.Currency, money.Quote.Reason }, now);
        return id;
    }

    /// <summary>What was promised becomes what a supervisor orders. The caller has locked the reservation, and no money has moved.</summary>
    public static async Task ForceAsync(UnitOfWork unit, Cancellation standing, CancellationMoney money, CancellationBy by, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.cancellations
            SET quote = @Quote::jsonb,
                refund_amount = @Refund,
                already_given = @AlreadyGiven,
                reversed_property = @ToProperty,
                reversed_commission = @Commission,
                reversed_service_fee = @ServiceFee,
                reversed_tax = @BookingTax,
                reversed_service_tax = @ServiceTax,
                kept_property = @KeptProperty,
                kept_commission = @KeptCommission,
                kept_service_fee = @KeptServiceFee,
                kept_tax = @KeptTax,
                actor = @Actor,
                reason = @Words,
                forced = true,
                updated_at = @now
            WHERE id = @id
              AND status = 'pending'
              AND money_moved_at IS NULL
            """,
            RowOf(standing.Id, standing.ReservationId, standing.BookingIntentId, money, by, now));
        await AuditLog.WriteAsync(
            unit, "cancellation", standing.Id, "forced", new { standing.RefundAmount }, new { RefundAmount = money.Quote.Refund, money.Quote.AlreadyGiven },
            reason: "forced", by.Actor, now);
    }

    // What a row of cancellations is told, whether it is new or another's promise takes its place.
    private static object RowOf(Guid id, Guid reservationId, Guid bookingIntentId, CancellationMoney money, CancellationBy by, DateTimeOffset now) => new
    {
        id,
        reservationId,
        bookingIntentId,
        Quote = JsonSerializer.Serialize(money.Quote, EventJson.Options),
        money.Quote.Currency,
        money.Quote.Refund,
        money.Quote.AlreadyGiven,
        ToProperty = money.Reversed?.ToProperty ?? 0m,
        Commission = money.Reversed?.Commission ?? 0m,
        ServiceFee = money.Reversed?.ServiceFee ?? 0m,
        BookingTax = money.Reversed?.BookingTax ?? 0m,
        ServiceTax = money.Reversed?.ServiceTax ?? 0m,
        KeptProperty = money.Quote.KeptBy.Property,
        KeptCommission = money.Quote.KeptBy.Commission,
        KeptServiceFee = money.Quote.KeptBy.ServiceFee,
        KeptTax = money.Quote.KeptBy.Taxes,
        by.Actor,
        by.Words,
        by.IsForced,
        now,
    };
}
