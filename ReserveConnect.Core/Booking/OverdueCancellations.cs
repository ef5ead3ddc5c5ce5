using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>What the minute timer looks at beside intents: cancellations under way, whose saga may never have been started, or have been lost.</summary>
public sealed class OverdueCancellations(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <returns>Their ids, the newest first: those that wait for a person for months do not hide one whose saga was never started.</returns>
    public async Task<IReadOnlyList<Guid>> ReadAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        return
        [
            .. await connection.QueryAsync<Guid>(
                """
                SELECT id
                FROM reserve.cancellations
                WHERE status = 'pending'
                  AND requested_at < @orphanBefore
                ORDER BY requested_at DESC
                LIMIT @OrphanBatch
                """,
                new { orphanBefore = now - options.Value.OrphanAge, options.Value.OrphanBatch }),
        ];
    }
}
