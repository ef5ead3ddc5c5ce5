using System.Collections.Frozen;
using System.Data;
using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search;

/// <summary>Reads a city from the database into an index: the catalogue first, then every night in one stream.</summary>
internal sealed class CityIndexLoader(ReserveDatabase database, TimeProvider clock)
{
    private const int ImagesOnCard = 5;

    // What the calendar has of a night, in the order in which Night reads it.
    private const string NightColumns =
        "n.unit_id, n.date, n.is_available AND n.effective_allotment > 0, n.price, n.min_stay, n.max_stay, n.closed_to_arrival, n.closed_to_departure";

    /// <summary>The cities that are sold.</summary>
    public async Task<IReadOnlyList<SearchCity>> CitiesAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return [.. await connection.QueryAsync<SearchCity>(new CommandDefinition(
            """
            SELECT id, slug, time_zone, currency
            FROM reserve.cities
            WHERE is_active
            """,
            cancellationToken: ct))];
    }

    /// <summary>The whole city, as of one snapshot of the database.</summary>
    public async Task<CityIndex> LoadAsync(SearchCity city, int days, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var firstDay = CityDay.At(now, city.TimeZone);
        await using var connection = await database.OpenAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var cards = (await connection.QueryAsync<CardRow>(
            """
            SELECT id, slug, name, property_type, address, latitude, longitude, rating, reviews_count, cancellation_policy,
                   amenities_cached::text AS amenities, images_cached::text AS images
            FROM reserve.properties_map
            WHERE city_id = @Id
              AND is_active
              AND is_published
            """,
            new { city.Id })).ToDictionary(row => row.Id);
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
            new { city.Id })).ToDictionary(row => row.Id, row => Folded(row.Amenities));
        var nights = await NightsAsync(connection, city, offers, firstDay, days, ct);

        var properties = offers
            .GroupBy(offer => offer.PropertyId)
            .Select(group => Property(
                cards[group.Key],
                [.. group.Select(o => new IndexedUnit(o, amenities.GetValueOrDefault(o.UnitId, []), nights[o.UnitId]))]));
        return new CityIndex(city, firstDay, [.. properties]);
    }

    /// <summary>Reads a range of a unit's nights again.</summary>
    public async Task<UnitNights> ReloadAsync(
        IndexedUnit unit, DateOnly firstDay, DateOnly from, DateOnly to, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {NightColumns}
            FROM reserve.availability_calendar n
            WHERE n.unit_id = $1
              AND n.date >= $2
              AND n.date < $3
            """,
            connection)
        { Parameters = { new() { Value = unit.Offer.UnitId }, new() { Value = from }, new() { Value = to } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<(int Day, bool IsSellable, NightTerms Terms)> nights = [];
        while (await reader.ReadAsync(ct))
        {
            nights.Add(Night(reader, firstDay, unit.Offer.Plans));
        }

        return unit.Nights.With(from.DayNumber - firstDay.DayNumber, to.DayNumber - firstDay.DayNumber, nights);
    }

    private static async Task<Dictionary<Guid, UnitNights>> NightsAsync(
        NpgsqlConnection connection, SearchCity city, List<UnitOffer> offers, DateOnly firstDay, int days, CancellationToken ct)
    {
        var builders = offers.ToDictionary(o => o.UnitId, o => (o.Plans, Nights: new UnitNights.Builder(days)));
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {NightColumns}
            FROM reserve.availability_calendar n
            JOIN reserve.unit_map u ON u.id = n.unit_id
            JOIN reserve.properties_map p ON p.id = u.property_id
            WHERE p.city_id = $1
              AND n.date >= $2
              AND n.date < $3
            """,
            connection)
        { Parameters = { new() { Value = city.Id }, new() { Value = firstDay }, new() { Value = firstDay.AddDays(days) } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // The night of a unit that is not sold has no place.
            if (builders.TryGetValue(reader.GetGuid(0), out var unit))
            {
                var (day, isSellable, terms) = Night(reader, firstDay, unit.Plans);
                unit.Nights.Set(day, isSellable, terms);
            }
        }

        return builders.ToDictionary(b => b.Key, b => b.Value.Nights.Build());
    }

    private static (int Day, bool IsSellable, NightTerms Terms) Night(NpgsqlDataReader row, DateOnly firstDay, RatePlans plans)
    {
        var date = row.GetFieldValue<DateOnly>(1);
        var cents = row.IsDBNull(3) ? plans.On(date).BasePriceCents : Cents.Of(row.GetDecimal(3));
        return (
            date.DayNumber - firstDay.DayNumber,
            row.GetBoolean(2),
            new NightTerms(cents, row.GetInt16(4), row.GetInt16(5), row.GetBoolean(6), row.GetBoolean(7)));
    }

    private static IndexedProperty Property(CardRow row, IReadOnlyList<IndexedUnit> units)
    {
        var card = new PropertyCard(
            row.Id, row.Slug, row.Name, row.PropertyType, row.Address, row.Latitude, row.Longitude, row.Rating, row.ReviewsCount,
            row.CancellationPolicy, UnitOfferSql.List<string>(row.Amenities), [.. UnitOfferSql.List<string>(row.Images).Take(ImagesOnCard)]);
        return new IndexedProperty(card, Text.Fold($"{row.Name} {row.PropertyType} {row.Address}"), Folded(row.Amenities), units);
    }

    private static FrozenSet<string> Folded(string amenities) =>
        UnitOfferSql.List<string>(amenities).Select(Text.Fold).ToFrozenSet();

    private sealed record CardRow(
        Guid Id, string Slug, string Name, string PropertyType, string? Address, double? Latitude, double? Longitude,
        decimal? Rating, int ReviewsCount, string CancellationPolicy, string Amenities, string Images);
}
