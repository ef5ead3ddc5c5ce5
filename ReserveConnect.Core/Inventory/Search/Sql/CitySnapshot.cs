using System.Data;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Amenities;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>A city as of one instant: every statement of one search sees the same.</summary>
internal sealed class CitySnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, SearchCity city, CancellationToken ct) : IAsyncDisposable
{
    public SearchCity City => city;

    /// <summary>Opens it as the service: what a search shows is said by its statements, and is the same for everybody.</summary>
    /// <param name="slug">Of the city, if the unit is null.</param>
    /// <param name="unit">A unit of the city that is sold.</param>
    /// <returns>Null if no such city is sold.</returns>
    public static async Task<CitySnapshot?> OpenAsync(ReserveDatabase database, string? slug, Guid? unit, CancellationToken ct)
    {
        var connection = await database.OpenAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            // Compiling a search takes longer than running it.
            var city = await connection.QuerySingleOrDefaultAsync<SearchCity>(new CommandDefinition(
                """
                SET LOCAL jit = off;

                SELECT c.id, c.slug, c.time_zone, c.currency
                FROM reserve.cities c
                WHERE c.is_active
                  AND CASE
                          WHEN @unit::uuid IS NULL THEN c.slug = @slug
                          ELSE c.id = (SELECT p.city_id
                                       FROM reserve.unit_map u
                                       JOIN reserve.properties_map p ON p.id = u.property_id
                                       WHERE u.id = @unit
                                         AND u.is_active
                                         AND p.is_active
                                         AND p.is_published)
                      END
                """,
                new { slug, unit },
                cancellationToken: ct));
            if (city is not null)
            {
                return new CitySnapshot(connection, transaction, city, ct);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>The filter with codes of the vocabulary. Refusal: <c>unknown_amenity</c>.</summary>
    public async Task<Outcome<CatalogueFilter>> WithCodesAsync(CatalogueFilter filter)
    {
        if (filter.Amenities.Count == 0)
        {
            return filter;
        }

        var codes = (await QueryAsync<(string Term, string Code)>(
            """
            SELECT word.term, COALESCE(
                       (SELECT t.code FROM reserve.amenity_terms t WHERE t.term = word.term AND t.code IS NOT NULL),
                       (SELECT a.code FROM reserve.amenities a WHERE btrim(regexp_replace(a.code, '_+', ' ', 'g')) = word.term)) AS code
            FROM unnest(@terms) AS word (term)
            """,
            new { terms = filter.Amenities.Select(AmenityTerm.Fold).Distinct().ToArray() })).ToDictionary(row => row.Term, row => row.Code);
        return SearchRefusals.WithCodes(filter, word => codes[AmenityTerm.Fold(word)]);
    }

    /// <summary>The property types of the city as they are written there that are one of these, upper and lower case alike; null: any.</summary>
    public async Task<string[]?> TypesAsync(IReadOnlyList<string> types) => types.Count == 0
        ? null
        : [.. (await QueryAsync<string>(
            "SELECT DISTINCT property_type FROM reserve.properties_map WHERE city_id = @Id", city))
            .Where(type => types.Contains(type, StringComparer.OrdinalIgnoreCase))];

    /// <summary>
    /// The numbers of the properties that a text fits, and their points; null without a text. What fits a word is said in one place
    /// only, <see cref="TextIndex"/>, which here is given the words of this moment: slips of the pen are nothing for SQL.
    /// </summary>
    public async Task<(int[]? Numbers, int[]? Points)> PointsAsync(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, null);
        }

        var named = (await QueryAsync<Named>(
            """
            SELECT p.number, p.name, p.property_type, p.address, array_agg(u.name) AS units
            FROM reserve.properties_map p
            JOIN reserve.unit_map u ON u.property_id = p.id
            WHERE p.city_id = @Id
              AND p.is_active
              AND p.is_published
              AND u.is_active
            GROUP BY p.id
            """,
            city)).ToList();
        var words = new TextIndex();
        for (var i = 0; i < named.Count; i++)
        {
            words.Add(i, named[i].Name, named[i].PropertyType, named[i].Address, named[i].Units);
        }

        var points = words.Match(text)!;
        return ([.. points.Keys.Select(i => named[i].Number)], [.. points.Values]);
    }

    /// <summary>Rows of one statement.</summary>
    public Task<IEnumerable<T>> QueryAsync<T>(string sql, object values) =>
        connection.QueryAsync<T>(new CommandDefinition(sql, values, transaction, cancellationToken: ct));

    /// <summary>Rows of several statements.</summary>
    public Task<SqlMapper.GridReader> QueryMultipleAsync(string sql, object values) =>
        connection.QueryMultipleAsync(new CommandDefinition(sql, values, transaction, cancellationToken: ct));

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private sealed record Named
    {
        public int Number { get; init; }

        public string Name { get; init; } = "";

        public string PropertyType { get; init; } = "";

        public string? Address { get; init; }

        public string[] Units { get; init; } = [];
    }
}
