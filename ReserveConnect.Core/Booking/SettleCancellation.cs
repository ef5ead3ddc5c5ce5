using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Payments;

namespace ReserveConnect.Booking;

/// <summary>The money of a cancellation, and its end. Each step may run any number of times and comes to the same.</summary>
public sealed class SettleCancellation(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// In one transaction: what goes back leaves the books' accounts for the guest, what we keep becomes a fee, and the refunds
    /// are asked for, the newest payment first.
    /// </summary>
    public Task MoveMoneyAsync(Guid cancellationId, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var (current, reservation) = await Cancellations.LockAsync(unit, cancellationId);
                if (current.Status != CancellationStatus.Pending || current.MoneyMovedAt is not null)
                {
                    return;
                }

                var standing = await StandingMoney.ReadAsync(
                    unit.Connection, reservation.Id, reservation.BookingIntentId, reservation.PropertyId, reservation.Currency);
                var left = await RefundSpread.LeftAsync(unit.Connection, reservation.BookingIntentId);
                current = await WithinAsync(unit, current, standing, left.Sum(l => l.Amount), now);
                if (current.RefundAmount > 0)
                {
                    await Ledger.PostAsync(unit, Postings.ConfirmationReversed(ReversedOf(current, standing)), "system", now);
                    await RequestAsync(unit, current, RefundSpread.Over(left, current.RefundAmount), now);
                }

                if (Postings.CancellationFeeKept(standing.Booking, current.KeptCommission) is { } fee)
                {
                    await Ledger.PostAsync(unit, fee, "system", now);
                }

                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.cancellations SET money_moved_at = @now, updated_at = @now WHERE id = @cancellationId", new { cancellationId, now });
            },
            cancellation);

    /// <summary>Ends the cancellation when the Host has let go and what was promised is back.</summary>
    /// <returns>Whether it has ended.</returns>
    public Task<bool> FinishAsync(Guid cancellationId, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var (current, reservation) = await Cancellations.LockAsync(unit, cancellationId);
                if (current.Status != CancellationStatus.Pending)
                {
                    return true;
                }

                var owed = (await Refunds.OutstandingAsync(unit.Connection, current.BookingIntentId))
                    .Any(r => r.ReservationId == reservation.Id && r.Purpose == RefundPurpose.Cancellation);
                if (current.HostSettledAt is null || current.MoneyMovedAt is null || owed)
                {
                    return false;
                }

                await EndAsync(unit, current, reservation, now);
                return true;
            },
            cancellation);

    // Money may have gone back by hand since it was promised: then no more than the rest of it goes back now.
    private static async Task<Cancellation> WithinAsync(UnitOfWork unit, Cancellation current, StandingMoney standing, decimal left, DateTimeOffset now)
    {
        if (current.RefundAmount <= left)
        {
            return current;
        }

        var reversed = left > 0 ? ReversedMoney.Of(standing.Booking, standing.ServiceTax, left) : null;
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.cancellations
            SET refund_amount = @left,
                reversed_property = @ToProperty, reversed_commission = @Commission, reversed_service_fee = @ServiceFee,
                reversed_tax = @BookingTax, reversed_service_tax = @ServiceTax,
                kept_property = @KeptProperty, kept_commission = @KeptCommission, kept_service_fee = @KeptServiceFee, kept_tax = @KeptTax,
                updated_at = @now
            WHERE id = @Id
            """,
            new
            {
                current.Id,
                left,
                now,
                ToProperty = reversed?.ToProperty ?? 0m,
                Commission = reversed?.Commission ?? 0m,
                ServiceFee = reversed?.ServiceFee ?? 0m,
                BookingTax = reversed?.BookingTax ?? 0m,
                ServiceTax = reversed?.ServiceTax ?? 0m,
                KeptProperty = standing.Booking.NetToProperty - (reversed?.ToProperty ?? 0m),
                KeptCommission = standing.Booking.Commission - (reversed?.Commission ?? 0m),
                KeptServiceFee = standing.Booking.ServiceFee - (reversed?.ServiceFee ?? 0m),
                KeptTax = standing.Booking.BookingTax - (reversed?.BookingTax ?? 0m),
            });
        return await Cancellations.FindAsync(unit.Connection, current.Id);
    }

    private static ReversedMoney ReversedOf(Cancellation current, StandingMoney standing) =>
        new(
            standing.Booking, current.RefundAmount, current.ReversedProperty, current.ReversedCommission, current.ReversedServiceFee,
            current.ReversedTax, current.ReversedServiceTax);

    private static async Task RequestAsync(UnitOfWork unit, Cancellation current, IReadOnlyList<MoneyLeft> parts, DateTimeOffset now)
    {
        foreach (var part in parts)
        {
            var attempt = (await PaymentAttempts.FindAsync(unit.Connection, part.AttemptId))!;
            await Refunds.RequestAsync(
                unit, attempt, part.Amount,
                new($"cancel:{current.Id}:{attempt.Id}", RefundPurpose.Cancellation, "cancelled", current.ReservationId), now);
        }
    }

    private static async Task EndAsync(UnitOfWork unit, Cancellation current, Reservation reservation, DateTimeOffset now)
    {
        await Cancellations.MoveAsync(unit, current.Id, CancellationStatus.Done, "settled", now);
        await ReservationRows.MoveAsync(
            unit, reservation.Id, ReservationStatus.CancelPending, ReservationStatus.Cancelled, "system", "settled", now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.reservations r
            SET cancelled_at = @now,
                cancellation_reason = c.quote ->> 'reason',
                cancellation_fee = c.kept_property + c.kept_commission + c.kept_service_fee + c.kept_tax
            FROM reserve.cancellations c
            WHERE c.id = @CancellationId
              AND r.id = c.reservation_id
            """,
            new { CancellationId = current.Id, now });
        await Outbox.AppendAsync(
            unit, "booking.cancelled", "reservation", reservation.Id,
            new
            {
                cancellationId = current.Id,
                reservation.BookingIntentId,
                reservation.PropertyId,
                reservation.UnitId,
                reservation.CheckIn,
                reservation.CheckOut,
                current.RefundAmount,
                current.Currency,
                current.Forced,
            },
            now);
    }
}
