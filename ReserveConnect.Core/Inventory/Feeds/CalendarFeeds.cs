using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Feeds;

/// <summary>The nights of a property that cannot be had, for other systems that sell it.</summary>
public sealed class CalendarFeeds(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>
    /// Days before today that are looked at; of a closed time that began before them the first day is looked for, so that it
    /// keeps its id from one reading to the next.
    /// </summary>
    private const int DaysBack = 400;

    /// <summary>
    /// The calendar as <c>text/calendar</c> (RFC 5545). Refusal: <c>calendar_not_found</c>, the same for an unknown property and
    /// for a token that is not its own. Also of a property that is not sold any more: what is booked there stays booked.
    /// </summary>
    public async Task<Outcome<string>> GetAsync(string slug, string? token, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var property = await connection.QuerySingleOrDefaultAsync<Property>(new CommandDefinition(
            """
            SELECT p.id, p.name, l.token_hash, (@now AT TIME ZONE c.time_zone)::date AS today
            FROM reserve.properties_map p
            JOIN reserve.cities c ON c.id = p.city_id
            LEFT JOIN reserve.property_calendar_links l ON l.property_id = p.id
            WHERE p.slug = @slug
            """,
            new { slug, now = clock.GetUtcNow() },
            cancellationToken: ct));
        if (!CalendarToken.Fits(token, property?.TokenHash))
        {
            return Refusal.NotFound("calendar_not_found", "There is no such calendar.");
        }

        var taken = await connection.QueryAsync<TakenRange>(new CommandDefinition(
            """
            WITH taken AS (
                SELECT n.unit_id, n.date, n.updated_at, n.effective_allotment <= 0 AND n.bookings_count > 0 AS is_booked
                FROM reserve.unit_map u
                JOIN reserve.availability_calendar n ON n.unit_id = u.id
                WHERE u.property_id = @Id
                  AND n.date >= @Today - @DaysBack
                  AND (n.effective_allotment <= 0 OR NOT n.is_available)
            ), islands AS (
                SELECT t.*, t.date - (row_number() OVER (PARTITION BY t.unit_id, t.is_booked ORDER BY t.date))::int AS island
                FROM taken t
            ), ranges AS (
                SELECT i.unit_id, i.is_booked, min(i.date) AS first, max(i.date) AS last, max(i.updated_at) AS changed_at
                FROM islands i
                GROUP BY i.unit_id, i.is_booked, i.island
                HAVING max(i.date) >= @Today
            )
            SELECT u.id AS unit_id, u.name AS unit_name, r.is_booked, b.first, r.last + 1 AS "end",
                   greatest(r.changed_at, n.changed_at, u.updated_at) AS changed_at
            FROM ranges r
            JOIN reserve.unit_map u ON u.id = r.unit_id
            CROSS JOIN LATERAL (
                SELECT CASE
                    WHEN r.first > @Today - @DaysBack THEN r.first
                    ELSE COALESCE(
                        (SELECT max(o.date) + 1
                         FROM reserve.availability_calendar o
                         WHERE o.unit_id = r.unit_id
                           AND o.date < r.first
                           AND (o.effective_allotment > 0 AND o.is_available
                                OR (o.effective_allotment <= 0 AND o.bookings_count > 0) <> r.is_booked)),
                        (SELECT min(o.date)
                         FROM reserve.availability_calendar o
                         WHERE o.unit_id = r.unit_id))
                END AS first) b
            LEFT JOIN LATERAL (
                SELECT max(o.updated_at) AS changed_at
                FROM reserve.availability_calendar o
                WHERE o.unit_id = r.unit_id
                  AND o.date IN (r.first - 1, r.last + 1)) n ON true
            ORDER BY u.name, u.id, b.first
            """,
            new { property!.Id, property.Today, DaysBack },
            cancellationToken: ct));
        return CalendarText.Of(property.Name, taken);
    }

    private sealed record Property(Guid Id, string Name, byte[]? TokenHash, DateOnly Today);
}

/// <summary>Nights in a row of one unit that cannot be had.</summary>
/// <param name="IsBooked">Sold here; else closed, sold elsewhere or held.</param>
/// <param name="End">The day after the last night: of departure.</param>
/// <param name="ChangedAt">
/// When one of the nights changed last, or the one before or after them, or the unit's name; UTC. A range that gets shorter has
/// a night less, and it is the one beside it that has just changed.
/// </param>
internal sealed record TakenRange(Guid UnitId, string UnitName, bool IsBooked, DateOnly First, DateOnly End, DateTimeOffset ChangedAt);
