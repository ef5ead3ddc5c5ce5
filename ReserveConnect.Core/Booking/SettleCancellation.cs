using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>The money of a cancellation, and its end. Each step may run any number of times and comes to the same.</summary>
public sealed class SettleCancellation(ReserveDatabase database, TimeProvider clock, IOptions<PaymentOptions> payments)
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
                var left = await BeginCancellation.LeftAsync(unit.Connection, reservation);
                current = await WithinAsync(unit, current, left.Amount, now);
                var owed = ReversedOf(current, standing);
                if (owed.Refund > 0)
                {
                    await Ledger.PostAsync(unit, Postings.ConfirmationReversed(owed, current.RefundAmount), "system", now);
                }

                if (current.RefundAmount > 0)
                {
                    var parts = RefundSpread.Over(left.Payments, current.RefundAmount);
                    await RequestAsync(unit, current, parts, now);
                    foreach (var part in parts)
                    {
                        // What the guest has by a bank is settled, as if the cancellation had come before the loss.
                        await DisputedRefunds.FollowAsync(unit, part.AttemptId, payments.Value, now);
                    }
                }

                if (Postings.CancellationFeeKept(standing.Booking, current.KeptCommission) is { } fee)
                {
                    await Ledger.PostAsync(unit, fee, "system", now);
                }

                await unit.Connection.ExecuteAsync(
                    "UPDATE reserve.cancellations SET money_moved_at = @now, updated_at = @now WHERE id = @cancellationId", new { cancellationId, now });
            },
            cancellation);

    /// <summary>Ends the cancellation when the Host has let go and what was promised is back, or waits for a bank's decision, which takes months.</summary>
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
                    .Any(r => r.ReservationId == reservation.Id && r.Purpose == RefundPurpose.Cancellation && !r.IsHeld);
                if (current.HostSettledAt is null || current.MoneyMovedAt is null || owed)
                {
                    return false;
                }

                await EndAsync(unit, current, reservation, now);
                return true;
            },
            cancellation);

    // Money may have gone back by hand since it was promised: then no more than the rest of it goes back now. Who bears what stays.
    private static async Task<Cancellation> WithinAsync(UnitOfWork unit, Cancellation current, decimal left, DateTimeOffset now)
    {
        if (current.RefundAmount <= left)
        {
            return current;
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.cancellations
            SET refund_amount = @left,
                already_given = already_given + refund_amount - @left,
                updated_at = @now
            WHERE id = @Id
            """,
            new { current.Id, left, now });
        return await Cancellations.FindAsync(unit.Connection, current.Id);
    }

    private static ReversedMoney ReversedOf(Cancellation current, StandingMoney standing) =>
        new(
            standing.Booking, current.ReversedProperty + current.ReversedCommission + current.ReversedServiceFee + current.ReversedTax,
            current.ReversedProperty, current.ReversedCommission, current.ReversedServiceFee, current.ReversedTax, current.ReversedServiceTax);

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
                cancellation_fee = r.cancellation_fee + c.kept_property + c.kept_commission + c.kept_service_fee + c.kept_tax
            FROM reserve.cancellations c
            WHERE c.id = @CancellationId
              AND r.id = c.reservation_id
            """,
            new { CancellationId = current.Id, now });
        foreach (var moot in new[] { "host_booking_changed", "no_show_refund" })
        {
            await Exceptions.ResolveAllAsync(unit, reservation.BookingIntentId, moot, "cancelled", now);
        }

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
