using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts;

/// <summary>The runs of the schedules: opened on their day, or as soon as a host is there again, and finished once.</summary>
public sealed class PayoutRuns(ReserveDatabase database, TimeProvider clock, IOptions<PayoutOptions> options)
{
    /// <summary>Opens what is due since the last run, today included.</summary>
    /// <returns>Every run that is not finished, the oldest first.</returns>
    public Task<IReadOnlyList<DuePayouts>> OpenAsync(CancellationToken cancellation) =>
        database.TransactAsync<IReadOnlyList<DuePayouts>>(
            async unit =>
            {
                var now = clock.GetUtcNow();
                var today = BookDays.Of(now);
                await unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('reserve.payout_runs', 0))");
                var last = await unit.Connection.ExecuteScalarAsync<DateOnly?>("SELECT max(run_date) FROM reserve.payout_runs");
                var earliest = today.AddDays(1 - options.Value.MostMissedDays);
                var first = last is null ? today : last < earliest ? earliest : last.Value.AddDays(1);
                for (var day = first; day <= today; day = day.AddDays(1))
                {
                    foreach (var due in PayoutSchedule.On(day, options.Value.BiweeklyFrom))
                    {
                        await unit.Connection.ExecuteAsync(
                            """
                            INSERT INTO reserve.payout_runs (run_key, run_date, schedule, period_start, period_end, opened_at)
                            VALUES (@Key, @Date, @Schedule, @From, @Until, @now)
                            ON CONFLICT (run_key) DO NOTHING
                            """,
                            new { due.Key, due.Date, due.Schedule, due.From, due.Until, now });
                    }
                }

                return (await unit.Connection.QueryAsync<DuePayouts>(
                    """
                    SELECT run_date AS date, schedule, period_start AS "from", period_end AS until
                    FROM reserve.payout_runs
                    WHERE finished_at IS NULL
                    ORDER BY run_date, schedule
                    """)).AsList();
            },
            cancellation);

    /// <summary>Properties that a run is for, in the order of their ids.</summary>
    /// <param name="after">Those after this one; null: from the first.</param>
    public async Task<IReadOnlyList<Guid>> PropertiesAsync(string schedule, Guid? after, int most, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return (await connection.QueryAsync<Guid>(
            """
            SELECT property_id
            FROM reserve.payout_settings
            WHERE schedule = @schedule
              AND held_since IS NULL
              AND (@after::uuid IS NULL OR property_id > @after)
            ORDER BY property_id
            LIMIT @most
            """,
            new { schedule, after, most })).AsList();
    }

    /// <summary>All its payouts are calculated.</summary>
    public async Task FinishAsync(string runKey, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await database.WriteAsync(
            connection => connection.ExecuteAsync(
                "UPDATE reserve.payout_runs SET finished_at = @now WHERE run_key = @runKey AND finished_at IS NULL", new { runKey, now }),
            Events.EventLanes.None,
            cancellation);
    }

    /// <summary>Payouts under way that nothing has moved for a while: their saga may never have been started, or have been lost.</summary>
    public async Task<IReadOnlyList<Guid>> OverdueAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        return (await connection.QueryAsync<Guid>(
            """
            SELECT id
            FROM reserve.payouts
            WHERE status IN ('pending_approval', 'approved', 'processing', 'failed')
              AND (status <> 'failed' OR next_try_at IS NOT NULL)
              AND CASE status
                  WHEN 'pending_approval' THEN coalesce(reminded_at + @ApprovalAfterReminder, requested_at + @ApprovalReminder)
                  ELSE coalesce(next_try_at, updated_at)
              END < @before
            -- By chance: many that cannot be helped do not hide the others for ever.
            ORDER BY random()
            LIMIT @OrphanBatch
            """,
            new { before = now - options.Value.OrphanAge, options.Value.OrphanBatch, options.Value.ApprovalReminder, options.Value.ApprovalAfterReminder })).AsList();
    }
}
