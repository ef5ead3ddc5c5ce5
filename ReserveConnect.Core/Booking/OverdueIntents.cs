using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Payments;

namespace ReserveConnect.Booking;

/// <summary>An intent that a saga should have in hand.</summary>
public sealed record UnattendedIntent(Guid Id, DateTimeOffset ExpiresAt, string Status);

/// <summary>
/// What the minute timer looks at: intents that are new (their saga's start may have been lost), intents that stand
/// longer than their saga should have let them, and refunds that are still owed, whatever became of their intent, until they
/// are given up, which they are not before a person was called.
/// </summary>
public sealed class OverdueIntents(
    ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options, IOptions<PaymentOptions> payments)
{
    /// <summary>How far back new intents are looked at; the timer runs every minute, so each is seen several times.</summary>
    private static readonly TimeSpan NewWindow = TimeSpan.FromMinutes(5);

    /// <summary>An intent on its way that nobody touched for so long is looked at.</summary>
    private static readonly TimeSpan StuckAge = TimeSpan.FromMinutes(2);

    public async Task<IReadOnlyList<UnattendedIntent>> ReadAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        return
        [
            .. await connection.QueryAsync<UnattendedIntent>(
                """
                SELECT id, expires_at, status
                FROM reserve.booking_intents
                WHERE status IN ('created', 'payment_pending')
                  AND (created_at BETWEEN @newSince AND @orphanBefore OR expires_at < @now)
                UNION
                SELECT id, expires_at, status
                FROM reserve.booking_intents
                WHERE status = 'host_commit_pending'
                  AND modifies_reservation_id IS NOT NULL
                  AND created_at BETWEEN @newSince AND @orphanBefore
                UNION
                SELECT id, expires_at, status
                FROM reserve.booking_intents
                WHERE status IN ('payment_confirmed', 'host_commit_pending', 'host_commit_failed')
                  AND updated_at < @stuckBefore
                UNION
                SELECT i.id, i.expires_at, i.status
                FROM reserve.refunds f
                JOIN reserve.booking_intents i ON i.id = f.booking_intent_id
                WHERE f.status <> 'succeeded'
                  AND f.dispute_id IS NULL
                  AND f.updated_at < @stuckBefore
                  AND (greatest(f.ordered_at, f.requested_at) > @givenUpBefore
                      OR NOT EXISTS (SELECT FROM reserve.exceptions e WHERE e.exception_key = 'refund_failed:' || f.id || CASE WHEN f.reversals > 0 THEN ':' || f.reversals ELSE '' END))
                  AND NOT (f.purpose = 'by_hand' AND f.status = 'failed' AND f.reservation_id IS NOT NULL AND f.ordered_at IS NULL)
                UNION
                SELECT i.id, i.expires_at, i.status
                FROM reserve.booking_intents i
                WHERE i.status = 'refund_pending'
                  AND i.updated_at < @stuckBefore
                  AND NOT EXISTS (SELECT 1 FROM reserve.refunds f WHERE f.booking_intent_id = i.id AND f.status <> 'succeeded')
                ORDER BY expires_at DESC
                LIMIT @OrphanBatch
                """,
                new
                {
                    now,
                    newSince = now - NewWindow,
                    orphanBefore = now - options.Value.OrphanAge,
                    stuckBefore = now - StuckAge,
                    givenUpBefore = now - payments.Value.RefundGiveUp,
                    options.Value.OrphanBatch,
                }),
        ];
    }
}
