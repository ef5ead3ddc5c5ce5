using System.Text.Json;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// Reads, in every process, the events that change a night, whichever process made or handles them. They are followed in the
/// outbox itself: a queue or a bus hands an event to one process, and each has an index of its own.
/// </summary>
internal sealed class IndexFollower(ReserveDatabase database, IndexRefresher refresher)
{
    // Every event of a transaction before this one has been read; of later ones, those in _read.
    private string? _horizon;
    private HashSet<Guid> _read = [];

    /// <summary>Follows from here: what was committed before this call is not read. To be called before the index is built.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        _horizon = await connection.ExecuteScalarAsync<string>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
        _read = [];
    }

    /// <summary>Brings the index up to date with what has been committed since.</summary>
    /// <returns>How many events there were.</returns>
    public async Task<int> FollowAsync(CancellationToken cancellation)
    {
        var rows = await ReadAsync(cancellation);
        List<Row> unread = [.. rows.Where(r => r.Id is not null && !_read.Contains(r.Id.Value))];
        foreach (var row in unread)
        {
            await refresher.RefreshAsync(row.EventType!, JsonElement.Parse(row.Payload!), cancellation);
        }

        // Forgotten once no transaction that may still commit is older.
        _read = [.. rows.Where(r => r.Id is not null).Select(r => r.Id!.Value)];
        _horizon = rows[0].Horizon;
        return unread.Count;
    }

    private async Task<List<Row>> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        // One statement, so that horizon and events are of one snapshot.
        var rows = await connection.QueryAsync<Row>(
            """
            SELECT e.id, e.event_type, e.payload::text AS payload, now.horizon
            FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon) now
            LEFT JOIN reserve.events e
                ON e.transaction_id >= @horizon::xid8
                AND e.event_type IN ('booking.held', 'booking.released', 'inventory.changed')
            ORDER BY e.sequence
            """,
            new { horizon = _horizon });
        return [.. rows];
    }

    private sealed record Row(Guid? Id, string? EventType, string? Payload, string Horizon);
}
