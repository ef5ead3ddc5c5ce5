using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// Reads, in every process, the events that change a night, whichever process made or handles them. They are followed in the
/// outbox itself: a queue or a bus hands an event to one process, and each has an index of its own.
/// </summary>
internal sealed class IndexFollower(ReserveDatabase database, AvailabilityIndex index, IndexRefresher refresher, ILogger<IndexFollower> log)
{
    // What could be seen when the events were read last; the next reading wants what cannot be seen in it.
    private string? _last;

    /// <summary>Follows from here: what was committed before this call is not read. To be called before the index is built.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        _last = await connection.ExecuteScalarAsync<string>("SELECT pg_current_snapshot()::text");
    }

    /// <summary>Brings the index up to date with what has been committed since.</summary>
    /// <returns>How many events there were.</returns>
    /// <exception cref="FollowingLostException">Transaction ids went back: this is not the server it was.</exception>
    /// <remarks>After any exception the index has to be built anew, from another beginning: what was missed is not known.</remarks>
    public async Task<int> FollowAsync(CancellationToken cancellation)
    {
        var rows = await ReadAsync(cancellation);
        var now = rows[0].Snapshot;
        if (OldestRunning(now) < OldestRunning(_last!))
        {
            throw new FollowingLostException();
        }

        List<Row> events = [.. rows.Where(r => r.Id is not null)];
        foreach (var row in events)
        {
            await ApplyAsync(row, cancellation);
        }

        _last = now;
        return events.Count;
    }

    // One event that cannot be read must not keep the others from being followed: everything is read again instead.
    private async Task ApplyAsync(Row row, CancellationToken cancellation)
    {
        try
        {
            await refresher.RefreshAsync(row.EventType!, JsonElement.Parse(row.Payload!), cancellation);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or NpgsqlException or TimeoutException))
        {
            log.LogError(failure, "Event {EventId} of type {EventType} could not be applied to the index", row.Id, row.EventType);
            index.MarkAllStale();
        }
    }

    private async Task<List<Row>> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        // One statement, so that snapshot and events are of one instant. The upper bound leaves out events that were restored
        // from a server whose transaction ids were further on.
        var rows = await connection.QueryAsync<Row>(
            """
            SELECT e.id, e.event_type, e.payload::text AS payload, now.snapshot
            FROM (SELECT pg_current_snapshot()::text AS snapshot) now
            LEFT JOIN reserve.events e
                ON e.transaction_id >= pg_snapshot_xmin(@last::pg_snapshot)
                AND e.transaction_id < pg_snapshot_xmax(now.snapshot::pg_snapshot)
                AND NOT pg_visible_in_snapshot(e.transaction_id, @last::pg_snapshot)
                AND e.event_type IN ('booking.held', 'booking.released', 'booking.nights_released', 'booking.cancelled', 'inventory.changed')
            ORDER BY e.sequence
            """,
            new { last = _last });
        return [.. rows];
    }

    // A snapshot's text is xmin:xmax:running.
    private static ulong OldestRunning(string snapshot) =>
        ulong.Parse(snapshot.AsSpan(0, snapshot.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    private sealed record Row(Guid? Id, string? EventType, string? Payload, string Snapshot);
}

/// <summary>The server has lost transactions that were seen, after a failover or a restore: what they changed is not known.</summary>
internal sealed class FollowingLostException() : Exception("the database's transaction ids went back");
