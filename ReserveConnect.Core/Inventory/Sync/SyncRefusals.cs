using System.Globalization;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A record of the Host that was not taken over.</summary>
/// <param name="City">The city's slug.</param>
/// <param name="Kind"><c>property</c>, <c>room_type</c> or <c>night</c>.</param>
/// <param name="HostId">As the Host knows it, of nights their room type; all zeros where it cannot be read.</param>
/// <param name="HostPropertyId">The property at the Host; null where it is not known.</param>
/// <param name="PropertyId">The property here; null where there is none.</param>
/// <param name="Reason">Stable code.</param>
/// <param name="Detail">Where in the record.</param>
/// <param name="Nights">As the Host wrote them, the first 31.</param>
/// <param name="Times">How often it was refused.</param>
/// <param name="ClearedAt">When it was taken over after all, or listed no more; null while it is refused.</param>
public sealed record SyncRefusal(
    Guid Id, string City, string Kind, Guid HostId, Guid? HostPropertyId, Guid? PropertyId, string Reason, string? Detail,
    IReadOnlyList<string> Nights, int Times, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset? ClearedAt);

/// <summary>A page of them, the latest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record SyncRefusalPage(IReadOnlyList<SyncRefusal> Items, string? Next);

/// <summary>Reads what was refused, for staff.</summary>
public sealed class SyncRefusals(ReserveDatabase database)
{
    /// <summary>A page. Refusal: <c>invalid_cursor</c>.</summary>
    /// <param name="city">Only of this city; null for all.</param>
    /// <param name="withCleared">Those too that were taken over since.</param>
    public async Task<Outcome<SyncRefusalPage>> ListAsync(
        Actor actor, string? city, bool withCleared, string? cursor, int limit, CancellationToken cancellation)
    {
        if (!TimeCursor.TryRead(cursor, out var beforeAt, out var beforeId))
        {
            return ListCursor.Invalid;
        }

        var rows = (await database.ReadAsync(
            actor,
            connection => connection.QueryAsync<Row>(new CommandDefinition(
                """
                SELECT r.id, c.slug AS city, r.kind, r.host_id, r.host_property_id, p.id AS property_id, r.reason, r.detail, to_jsonb(r.nights)::text AS nights, r.times,
                       r.first_seen_at, r.last_seen_at, r.cleared_at
                FROM reserve.sync_refusals r
                JOIN reserve.cities c ON c.id = r.city_id
                LEFT JOIN reserve.properties_map p ON p.host_property_id = r.host_property_id
                WHERE (r.last_seen_at, r.id) < (@beforeAt, @beforeId)
                  AND (@withCleared OR r.cleared_at IS NULL)
                  AND (@city::text IS NULL OR c.slug = @city)
                ORDER BY r.last_seen_at DESC, r.id DESC
                LIMIT @Most
                """,
                new { beforeAt, beforeId, withCleared, city, Most = limit + 1 },
                cancellationToken: cancellation)),
            cancellation)).AsList();
        var next = rows.Count > limit ? TimeCursor.Write(rows[limit - 1].LastSeenAt, rows[limit - 1].Id) : null;
        return new SyncRefusalPage([.. rows.Take(limit).Select(row => row.ToRefusal())], next);
    }

    private sealed record Row(
        Guid Id, string City, string Kind, Guid HostId, Guid? HostPropertyId, Guid? PropertyId, string Reason, string? Detail,
        string Nights, int Times, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset? ClearedAt)
    {
        public SyncRefusal ToRefusal() => new(
            Id, City, Kind, HostId, HostPropertyId, PropertyId, Reason, Detail, UnitOfferSql.List<string>(Nights), Times, FirstSeenAt, LastSeenAt, ClearedAt);
    }
}

/// <summary>Where the next page begins of a list by time, the latest first.</summary>
internal static class TimeCursor
{
    // The last ids there can be: nothing comes before the first page.
    private static readonly Guid LastId = Guid.AllBitsSet;
    private static readonly DateTimeOffset LastAt = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Write(DateTimeOffset at, Guid id) => ListCursor.Write(at.ToString("O", CultureInfo.InvariantCulture), id.ToString());

    /// <summary>False for what is no such cursor; the first page for none.</summary>
    public static bool TryRead(string? cursor, out DateTimeOffset at, out Guid id)
    {
        (at, id) = (LastAt, LastId);
        return cursor is null
            || (ListCursor.Read(cursor) is [var time, var key]
                && DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out at)
                && Guid.TryParse(key, out id));
    }
}
