using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Inventory;
using ReserveConnect.Payments;

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

    /// <summary>A reservation's money, and what of it could still go back.</summary>
    public static async Task<(StandingMoney Standing, decimal Left)> MoneyOfAsync(Npgsql.NpgsqlConnection connection, Reservation reservation)
    {
        var standing = await StandingMoney.ReadAsync(
            connection, reservation.Id, reservation.BookingIntentId, reservation.PropertyId, reservation.Currency);
        return (standing, (await RefundSpread.LeftAsync(connection, reservation.BookingIntentId)).Sum(left => left.Amount));
    }

    /// <summary>What cancelling gives by the rules at an instant.</summary>
    public static async Task<CancellationMoney> QuoteAsync(Npgsql.NpgsqlConnection connection, Reservation reservation, DateTimeOffset now)
    {
        var (standing, left) = await MoneyOfAsync(connection, reservation);
        return CancellationMoney.Of(TermsOf(reservation).At(now), PolicyOf(reservation).Code, standing, left);
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
                (id, reservation_id, booking_intent_id, quote, currency, refund_amount, reversed_property, reversed_commission,
                 reversed_service_fee, reversed_tax, reversed_service_tax, kept_property, kept_commission, kept_service_fee, kept_tax,
                 actor, reason, forced, requested_at, updated_at)
            VALUES (@id, @ReservationId, @BookingIntentId, @Quote::jsonb, @Currency, @Refund, @ToProperty, @Commission,
                    @ServiceFee, @BookingTax, @ServiceTax, @KeptProperty, @KeptCommission, @KeptServiceFee, @KeptTax,
                    @Actor, @Words, @IsForced, @now, @now)
            """,
            new
            {
                id,
                ReservationId = reservation.Id,
                reservation.BookingIntentId,
                Quote = JsonSerializer.Serialize(money.Quote, EventJson.Options),
                money.Quote.Currency,
                money.Quote.Refund,
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
            });
        await Outbox.AppendAsync(
            unit, "booking.cancellation_requested", "reservation", reservation.Id,
            new { cancellationId = id, reservation.BookingIntentId, reservation.PropertyId, money.Quote.Refund, money.Quote.Currency, money.Quote.Reason }, now);
        return id;
    }
}
