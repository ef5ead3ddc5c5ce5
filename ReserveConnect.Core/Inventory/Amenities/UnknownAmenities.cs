using System.Globalization;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Amenities;

/// <summary>A term that no code stands for yet.</summary>
/// <param name="Count">Properties and units of the Host that have it.</param>
public sealed record UnknownAmenity(string Term, int Count);

/// <summary>A page of them, the commonest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record UnknownAmenityPage(IReadOnlyList<UnknownAmenity> Items, string? Next);

/// <summary>What the Host calls amenities and the vocabulary does not know: the worklist of <see cref="MapAmenity"/>.</summary>
public sealed class UnknownAmenities(ReserveDatabase database)
{
    /// <summary>A page. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<UnknownAmenityPage>> ListAsync(Actor actor, string? cursor, int limit, CancellationToken cancellation)
    {
        var (afterCount, afterTerm) = (int.MaxValue, "");
        if (cursor is not null)
        {
            if (ListCursor.Read(cursor) is not [var count, var term]
                || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out afterCount))
            {
                return ListCursor.Invalid;
            }

            afterTerm = term;
        }

        var rows = (await database.ReadAsync(
            actor,
            connection => connection.QueryAsync<UnknownAmenity>(new CommandDefinition(
                """
                SELECT term, count(*)::integer AS count
                FROM (SELECT unnest(p.amenities_unknown) AS term
                      FROM reserve.properties_map p
                      WHERE p.amenities_unknown <> '{}'
                      UNION ALL
                      SELECT unnest(u.amenities_unknown)
                      FROM reserve.unit_map u
                      WHERE u.amenities_unknown <> '{}') AS named
                GROUP BY term
                HAVING count(*) < @afterCount
                    OR (count(*) = @afterCount AND term COLLATE "C" > @afterTerm)
                ORDER BY count DESC, term COLLATE "C"
                LIMIT @Most
                """,
                new { afterCount, afterTerm, Most = limit + 1 },
                cancellationToken: cancellation)),
            cancellation)).AsList();
        var next = rows.Count > limit
            ? ListCursor.Write(rows[limit - 1].Count.ToString(CultureInfo.InvariantCulture), rows[limit - 1].Term)
            : null;
        return new UnknownAmenityPage([.. rows.Take(limit)], next);
    }
}
