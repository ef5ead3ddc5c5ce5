using System.Data;
using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search;

/// <summary>Reads a city from the database into an index: the catalogue first, then every night in one stream.</summary>
internal sealed class CityIndexLoader(ReserveDatabase database, TimeProvider clock)
{
    // What the calendar has of a night, in the order in which Terms reads it.
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
    /// <param name="known">
    /// The index that is to be replaced: the nights of a unit that it has are current there and are taken over, unless their
    /// prices may have changed with the unit's rate plans. Null: every night is read.
    /// </param>
    public async Task<CityIndex> LoadAsync(SearchCity city, int days, CityIndex? known, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var firstDay = CityDay.At(now, city.TimeZone);
        await using var connection = await database.OpenAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var vocabulary = await AmenityCodes.LoadAsync(connection);
        var (properties, units) = await Catalogue.ReadAsync(connection, city, now);
        var nights = units.Select(u => known?.FirstDay == firstDay ? Known(known, u.Offer) : null).ToArray();
        await ReadNightsAsync(connection, [.. units.Select(u => u.Offer)], nights, firstDay, days, ct);
        return new CityIndex(city, firstDay, days, vocabulary, properties, units, [.. nights.Select(n => n!.Value)]);
    }

    /// <summary>Reads a range of nights of some units again.</summary>
    public async Task<IReadOnlyList<(IndexedUnit Unit, UnitNights Nights)>> ReloadAsync(
        CityIndex index, IReadOnlyCollection<IndexedUnit> units, DateOnly from, DateOnly to, CancellationToken ct)
    {
        var firstDay = index.FirstDay;
        var rows = units.ToDictionary(u => u.Offer.UnitId, u => (Unit: u, Nights: new List<(int, NightTerms)>()));
        await using var connection = await database.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {NightColumns}
            FROM reserve.availability_calendar n
            WHERE n.unit_id = ANY($1)
              AND n.date >= $2
              AND n.date < $3
            """,
            connection)
        { Parameters = { new() { Value = rows.Keys.ToArray() }, new() { Value = from }, new() { Value = to } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (unit, nights) = rows[reader.GetGuid(0)];
            nights.Add((reader.GetFieldValue<DateOnly>(1).DayNumber - firstDay.DayNumber, Terms(reader, unit.Offer.Plans)));
        }

        var (first, end) = (from.DayNumber - firstDay.DayNumber, to.DayNumber - firstDay.DayNumber);
        return [.. rows.Values.Select(row => (row.Unit, index.Nights(row.Unit.Number).With(first, end, row.Nights)))];
    }

    private static UnitNights? Known(CityIndex known, UnitOffer offer) =>
        known.Unit(offer.UnitId) is { } unit && unit.Offer.Plans.HaveSamePrices(offer.Plans) ? known.Nights(unit.Number) : null;

    // The nights of the units that have none yet, unit by unit, so that one builder is enough for all of them.
    private static async Task ReadNightsAsync(
        NpgsqlConnection connection, UnitOffer[] offers, UnitNights?[] nights, DateOnly firstDay, int days, CancellationToken ct)
    {
        var missing = Enumerable.Range(0, offers.Length).Where(i => nights[i] is null).ToDictionary(i => offers[i].UnitId);
        var builder = new UnitNights.Builder(days);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {NightColumns}
            FROM reserve.availability_calendar n
            WHERE n.unit_id = ANY($1)
              AND n.date >= $2
              AND n.date < $3
            ORDER BY n.unit_id
            """,
            connection)
        { Parameters = { new() { Value = missing.Keys.ToArray() }, new() { Value = firstDay }, new() { Value = firstDay.AddDays(days) } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (number, id) = (-1, Guid.Empty);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetGuid(0) is var next && (number < 0 || next != id))
            {
                Finish();
                (number, id) = (missing[next], next);
            }

            builder.Set(reader.GetFieldValue<DateOnly>(1).DayNumber - firstDay.DayNumber, Terms(reader, offers[number].Plans));
        }

        Finish();
        foreach (var empty in missing.Values)
        {
            nights[empty] ??= builder.Build();
        }

        void Finish()
        {
            if (number >= 0)
            {
                nights[number] = builder.Build();
            }
        }
    }

    private static NightTerms Terms(NpgsqlDataReader row, RatePlans plans) => new(
        row.IsDBNull(3) ? plans.On(row.GetFieldValue<DateOnly>(1)).BasePriceCents : Cents.Of(row.GetDecimal(3)),
        row.GetInt16(4), row.GetInt16(5), row.GetBoolean(2), row.GetBoolean(6), row.GetBoolean(7));
}
