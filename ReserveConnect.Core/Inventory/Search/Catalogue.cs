using Dapper;
using Npgsql;

namespace ReserveConnect.Inventory.Search;

/// <summary>Reads what a city sells, without the nights.</summary>
internal static class Catalogue
{
    /// <summary>The properties with a unit that is sold, in the order of their ids, and those units in the order of their properties and ids.</summary>
    public static async Task<(IReadOnlyList<PropertyCard> Properties, IReadOnlyList<(UnitOffer Offer, string[] Amenities)> Units)> ReadAsync(
        NpgsqlConnection connection, SearchCity city, DateTimeOffset now)
    {
        var cards = (await connection.QueryAsync<CardRow>(
            """
            SELECT id, number, slug, name, property_type, address, latitude, longitude, rating, reviews_count, cancellation_policy,
                   amenities_cached::text AS amenities, images_cached::text AS images
            FROM reserve.properties_map
            WHERE city_id = @Id
              AND is_active
              AND is_published
            """,
            new { city.Id })).Select(row => row.ToCard()).ToList();
        var offers = (await connection.QueryAsync<OfferRow>(
            UnitOfferSql.Select + " AND p.city_id = @Id", new { city.Id, now })).Select(row => row.ToOffer()).ToList();
        var amenities = (await connection.QueryAsync<(Guid Id, string Amenities)>(
            """
            SELECT u.id, u.amenities_cached::text
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            WHERE p.city_id = @Id
              AND u.amenities_cached <> '[]'
            """,
            new { city.Id })).ToDictionary(row => row.Id, row => UnitOfferSql.List<string>(row.Amenities));
        // The same for a whole city, and one in memory: the search prices every unit by them.
        var taxes = offers.Select(o => o.Taxes).GroupBy(t => string.Join('|', t)).ToDictionary(g => g.Key, g => g.First());
        var sold = offers.Select(o => o.PropertyId).ToHashSet();
        return (
            [.. cards.Where(card => sold.Contains(card.Id)).OrderBy(card => card.Id)],
            [.. offers.OrderBy(o => o.PropertyId).ThenBy(o => o.UnitId).Select(o => (
                o with { Taxes = taxes[string.Join('|', o.Taxes)] }, amenities.GetValueOrDefault(o.UnitId, [])))]);
    }

    private sealed record CardRow(
        Guid Id, int Number, string Slug, string Name, string PropertyType, string? Address, double? Latitude, double? Longitude,
        decimal? Rating, int ReviewsCount, string CancellationPolicy, string Amenities, string Images)
    {
        public PropertyCard ToCard() => new(
            Id, Slug, Name, PropertyType, Address, Latitude, Longitude, Rating, ReviewsCount, CancellationPolicy,
            UnitOfferSql.List<string>(Amenities), [.. UnitOfferSql.List<string>(Images).Take(PropertyCard.MostImages)])
        { Number = Number };
    }
}
