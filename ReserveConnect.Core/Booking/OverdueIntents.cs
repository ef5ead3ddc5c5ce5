using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>An intent that a saga should have in hand.</summary>
public sealed record UnattendedIntent(Guid Id, DateTimeOffset ExpiresAt, string Status);

/// <summary>
/// What the minute timer looks at: intents that are new (their saga's start may have been lost) and intents that stand
/// longer than their saga should have let them.
/// </summary>
public sealed class OverdueIntents(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
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
                WHERE status NOT IN ('confirmed', 'cancelled', 'expired')
                  AND ((created_at BETWEEN @newSince AND @orphanBefore AND status IN ('created', 'payment_pending'))
                       OR (status IN ('created', 'payment_pending') AND expires_at < @now)
                       OR (status NOT IN ('created', 'payment_pending') AND updated_at < @stuckBefore))
                ORDER BY expires_at
                LIMIT @OrphanBatch
                """,
                new
                {
                    now,
                    newSince = now - NewWindow,
                    orphanBefore = now - options.Value.OrphanAge,
                    stuckBefore = now - StuckAge,
                    options.Value.OrphanBatch,
                }),
        ];
    }
}
