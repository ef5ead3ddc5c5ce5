using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Support;

namespace ReserveConnect.Inventory.Amenities;

/// <summary>What a term means now.</summary>
/// <param name="Code">Null: known, and nothing that a guest searches for.</param>
/// <param name="Properties">Properties that waited for it and have the code now.</param>
/// <param name="Units">Units, likewise.</param>
public sealed record AmenityMapping(string Term, string? Code, int Properties, int Units);

/// <summary>
/// Says what a term of the Host means. Whatever waited under it is mapped in the same transaction. Where the term had
/// another meaning before, what was mapped by that is not known any more: the next jobs read it from the Host again.
/// </summary>
public sealed class MapAmenity(ReserveDatabase database, TimeProvider clock)
{
    /// <param name="name">As the Host spells it, or as the list of unknown ones does.</param>
    /// <param name="code">Of the vocabulary; null: nothing that a guest searches for.</param>
    /// <returns>Refusals: <c>invalid_term</c>, <c>amenity_not_found</c>.</returns>
    public async Task<Outcome<AmenityMapping>> RunAsync(string name, string? code, Actor actor, CancellationToken cancellation)
    {
        var term = AmenityTerm.Fold(name);
        if (term.Length == 0)
        {
            return Refusal.Malformed(
                "invalid_term", "This is no name of an amenity.", new FieldError("term", "invalid_value", "Letters or digits, as the Host calls it."));
        }

        return await database.TransactAsync(unit => RunAsync(unit, term, code, actor, clock.GetUtcNow()), cancellation);
    }

    private static async Task<Outcome<AmenityMapping>> RunAsync(UnitOfWork unit, string term, string? code, Actor actor, DateTimeOffset now)
    {
        await CatalogueLock.TakeAsync(unit);
        if (code is not null && !await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.amenities WHERE code = @code)", new { code }))
        {
            return Refusal.NotFound("amenity_not_found", "There is no such amenity in the vocabulary.");
        }

        var vocabulary = await AmenityVocabulary.LoadAsync(unit.Connection);
        var before = vocabulary.Map([term], 1);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.amenity_terms (term, code)
            VALUES (@term, @code)
            ON CONFLICT (term) DO UPDATE
            SET code = excluded.code
            """,
            new { term, code });
        var properties = await RemapAsync(unit, "properties_map", "SELECT p.id, p.city_id FROM reserve.properties_map p", term, code, now);
        var units = await RemapAsync(
            unit, "unit_map", "SELECT u.id, p.city_id FROM reserve.unit_map u JOIN reserve.properties_map p ON p.id = u.property_id", term, code, now);
        if (before.Unknown.Length == 0 && before.Codes.SingleOrDefault() != code)
        {
            await HostMarks.ReadCatalogueAnewAsync(unit);
        }

        foreach (var cityId in properties.Concat(units).Distinct().Order())
        {
            await InventoryChanged.OfCatalogueAsync(unit, cityId, now);
        }

        var mapping = new AmenityMapping(term, code, properties.Count, units.Count);
        await AuditLog.WriteAsync(
            unit, "amenity_term", Guid.CreateVersion7(now), "map_amenity", new { Code = before.Codes.SingleOrDefault() }, mapping, null, actor.Name, now);
        return mapping;
    }

    // The city of each row that was mapped.
    private static async Task<List<Guid>> RemapAsync(UnitOfWork unit, string table, string cities, string term, string? code, DateTimeOffset now) =>
        [.. await unit.Connection.QueryAsync<Guid>(
            $$"""
            UPDATE reserve.{{table}} m
            SET amenities_unknown = array_remove(m.amenities_unknown, @term),
                amenities_cached = (SELECT COALESCE(jsonb_agg(c ORDER BY c COLLATE "C"), '[]')
                                    FROM (SELECT jsonb_array_elements_text(m.amenities_cached) AS c
                                          UNION
                                          SELECT @code::text
                                          WHERE @code::text IS NOT NULL) codes),
                updated_at = @now
            FROM ({{cities}}) AS known (id, city_id)
            WHERE known.id = m.id
              AND m.amenities_unknown <> '{}'
              AND m.amenities_unknown @> ARRAY[@term]
            RETURNING known.city_id
            """,
            new { term, code, now })];
}
