using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using ReserveConnect.Events;

namespace ReserveConnect.Tests.Inventory;

/// <summary>A city of which everything is drawn from small pools, so that ties, gaps and edges are frequent.</summary>
internal sealed class RandomCity
{
    /// <summary>Days of the calendar around today.</summary>
    private const int FirstNight = -4;
    private const int LastNight = 70;

    private static readonly string[] Zones = ["America/Sao_Paulo", "UTC", "Pacific/Auckland", "America/Noronha"];
    private static readonly string[] Names = ["Casa", "Chalé", "Pousada", "São José", "da Árvore", "Verde", "Hotel", "Recanto", "Montanha", "b2", "do Ó", "D'Água"];
    private static readonly string[] UnitNames = ["Quarto Duplo", "Suíte Máster", "Chalé Família", "Cabana", "Quarto 12"];
    private static readonly string[] Types = ["chalet", "Chalet", "CHALET", "hotel", "Hotel", "cabin", "Pousada Árvore", "other"];
    private static readonly string[] Policies = ["flexible", "moderate", "strict", "non_refundable"];
    private static readonly string[] Amenities = ["wifi", "pool", "parking", "hot_tub", "tv", "kitchen", "pets_allowed", "no_such_code"];
    private static readonly decimal?[] Ratings = [null, null, 0, 2.99m, 3, 3.49m, 3.5m, 4, 4.25m, 4.5m, 4.99m, 5];
    private static readonly int[] Reviews = [0, 1, 5, 20, 200, 100_000];
    private static readonly decimal[] Prices = [0, 0.01m, 50, 99.99m, 100, 100, 100.01m, 120.05m, 333.33m];
    private static readonly decimal[] Fees = [0, 0, 12.34m, 50.05m, 80];
    private static readonly decimal[] Percents = [0, 2.5m, 5, 7.77m, 10, 12.5m, 33.33m];

    private readonly Random _random;
    private readonly List<object> _properties = [];
    private readonly List<object> _units = [];
    private readonly List<object> _plans = [];
    private readonly List<object> _taxes = [];
    private readonly int _rarity;

    private RandomCity(Random random, DateOnly noon)
    {
        _random = random;
        Today = noon;
        Zone = Zones[random.Next(Zones.Length)];
        _rarity = 4 + random.Next(40);
    }

    public Guid Id { get; } = Guid.CreateVersion7();

    public string Slug => $"city-{Id}";

    public string Zone { get; }

    /// <summary>About: it may be another day there.</summary>
    public DateOnly Today { get; }

    public List<Guid> UnitIds { get; } = [];

    public static string[] AllTypes => Types;

    public static string[] AllAmenities => Amenities;

    public static string[] AllNames => [.. Names, .. UnitNames];

    /// <summary>Makes a city and writes it.</summary>
    /// <param name="properties">How many.</param>
    public static async Task<RandomCity> CreateAsync(Random random, DateOnly today, int properties, NpgsqlConnection connection)
    {
        var city = new RandomCity(random, today);
        for (var i = 0; i < properties; i++)
            city.AddProperty(i);
        for (var i = random.Next(4); i > 0; i--)
            city.AddTax(i);
        await city.WriteAsync(connection);
        return city;
    }

    /// <summary>Another price, hold or restriction on some nights.</summary>
    public async Task<(Guid Unit, DateOnly From, DateOnly To)> ChangeAsync(NpgsqlConnection connection)
    {
        var (unit, from) = (Of([.. UnitIds]), Today.AddDays(_random.Next(40)));
        var to = from.AddDays(1 + _random.Next(12));
        await connection.ExecuteAsync(
            """
            UPDATE reserve.availability_calendar
            SET price = @price, temp_holds = @holds, is_available = true, min_stay = 1, closed_to_arrival = @closed
            WHERE unit_id = @unit
              AND date >= @from
              AND date < @to
            """,
            new { unit, from, to, price = Of(Prices), holds = Rarely(3) ? 5 : 0, closed = Rarely(5) });
        return (unit, from, to);
    }

    private void AddProperty(int number)
    {
        var id = Guid.CreateVersion7();
        var isAtDateLine = Rarely(6);
        object? latitude = null, longitude = null;
        if (!Rarely(4))
        {
            latitude = Math.Round(-28 + (_random.NextDouble() * 0.5), 3);
            longitude = isAtDateLine ? (Rarely(2) ? 179.99 : -179.99) : Math.Round(-49.6 + (_random.NextDouble() * 0.5), 3);
        }

        _properties.Add(new
        {
            id,
            host_property_id = id,
            city_id = Id,
            name = $"{Of(Names)} {Of(Names)} {number % 7}",
            slug = $"p-{id}",
            property_type = Of(Types),
            address = Rarely(3) ? null : $"Rua {Of(Names)}, {_random.Next(99)}",
            latitude,
            longitude,
            amenities_cached = Some(Amenities, 3),
            images_cached = Enumerable.Range(0, _random.Next(8)).Select(i => $"https://images.example/{i}.jpg"),
            rating = Of(Ratings),
            reviews_count = Of(Reviews),
            cancellation_policy = Of(Policies),
            is_active = !Rarely(20),
            is_published = !Rarely(20),
            cleaning_fee = Of(Fees),
            currency = "BRL",
        });
        for (var units = 1 + _random.Next(4); units > 0; units--)
            AddUnit(id);
        AddSeasons(id, null);
    }

    private void AddUnit(Guid property)
    {
        var id = Guid.CreateVersion7();
        UnitIds.Add(id);
        _units.Add(new
        {
            id,
            host_unit_id = id,
            property_id = property,
            name = Of(UnitNames),
            slug = $"u-{id}",
            max_occupancy = 1 + _random.Next(6),
            base_capacity = 1 + _random.Next(3),
            amenities_cached = Some(Amenities, 3),
            is_active = !Rarely(15),
        });
        AddPlan(property, id, null, null);
        AddSeasons(property, id);
    }

    // Seasons of one level never share a day.
    private void AddSeasons(Guid property, Guid? unit)
    {
        var day = Rarely(3) ? (int?)null : _random.Next(30);
        for (var seasons = Rarely(2) ? _random.Next(4) : 0; seasons > 0; seasons--)
        {
            var end = seasons == 1 && day is not null && Rarely(3) ? (int?)null : (day ?? 0) + _random.Next(15);
            AddPlan(property, unit, day is { } first ? Today.AddDays(first) : null, end is { } last ? Today.AddDays(last) : null);
            if (end is null)
                return;
            day = end + 1 + _random.Next(8);
        }
    }

    private void AddPlan(Guid property, Guid? unit, DateOnly? from, DateOnly? to)
    {
        var isSeason = from is not null || to is not null;
        var id = Guid.CreateVersion7();
        _plans.Add(new
        {
            id,
            property_id = property,
            unit_id = unit,
            name = $"plan-{id}",
            currency = Rarely(8) ? "USD" : "BRL",
            base_price = isSeason && Rarely(3) ? (decimal?)null : Of(Prices),
            extra_guest_fee = isSeason && Rarely(3) ? (decimal?)null : Of(Fees),
            cleaning_fee = isSeason && Rarely(2) ? (decimal?)null : Of(Fees),
            service_fee_percentage = Of(Percents),
            length_of_stay_discounts = isSeason && Rarely(3) ? null : Rarely(2) ? [] : (object[])[new { min_nights = 4, percent = Of(Percents) }, new { min_nights = 2, percent = Of(Percents) }],
            valid_from = from,
            valid_to = to,
            base_capacity = isSeason && Rarely(2) ? 1 + _random.Next(3) : (int?)null,
        });
    }

    // No two rules of one tax begin on one day, here or everywhere.
    private void AddTax(int number)
    {
        var isEverywhere = Rarely(4);
        var from = Today.AddDays(isEverywhere ? -_random.Next(5_000) : -number - (_random.Next(3) * 10));
        _taxes.Add(new
        {
            id = Guid.CreateVersion7(),
            tax_type = Rarely(2) ? "TOURISM" : $"T{number}",
            rate = Of(Percents),
            applies_to = Rarely(8) ? "commission" : "booking",
            city_id = isEverywhere ? (Guid?)null : Id,
            is_active = !Rarely(8),
            effective_from = from,
            effective_to = Rarely(3) ? Today.AddDays(Math.Max(_random.Next(9) - 1, from.DayNumber - Today.DayNumber)) : (DateOnly?)null,
        });
    }

    private async Task WriteAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.cities (id, slug, name, state, time_zone)
            VALUES (@Id, @Slug, 'City', 'SC', @Zone)
            """,
            this);
        await InsertAsync("properties_map", _properties);
        await InsertAsync("unit_map", _units);
        await InsertAsync("rate_plans", _plans);
        await InsertAsync("tax_rules", _taxes);
        await WriteNightsAsync(connection);

        async Task InsertAsync(string table, List<object> rows)
        {
            if (rows.Count == 0)
                return;
            var json = JsonSerializer.SerializeToElement(rows, EventJson.Options);
            var columns = string.Join(", ", json[0].EnumerateObject().Select(p => p.Name));
            // Of two rules of a tax that overlap, one is left out.
            await connection.ExecuteAsync(
                $"INSERT INTO reserve.{table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::reserve.{table}, @json::jsonb) ON CONFLICT DO NOTHING",
                new { json = json.GetRawText() });
        }
    }

    private async Task WriteNightsAsync(NpgsqlConnection connection)
    {
        await using var nights = await connection.BeginBinaryImportAsync(
            """
            COPY reserve.availability_calendar (unit_id, date, allotment, temp_holds, price, is_available, min_stay, max_stay,
                                                closed_to_arrival, closed_to_departure)
            FROM STDIN (FORMAT binary)
            """);
        foreach (var unit in UnitIds)
        {
            for (var day = FirstNight; day <= LastNight; day++)
            {
                if (Rarely(_rarity))
                    continue;
                await nights.StartRowAsync();
                await nights.WriteAsync(unit);
                await nights.WriteAsync(Today.AddDays(day));
                await nights.WriteAsync(1 + _random.Next(2));
                await nights.WriteAsync(Rarely(_rarity) ? 1 + _random.Next(2) : 0);
                await WritePriceAsync(Rarely(4) ? null : Of(Prices));
                await nights.WriteAsync(!Rarely(_rarity));
                await nights.WriteAsync((short)(Rarely(_rarity) ? 1 + _random.Next(9) : 1));
                await nights.WriteAsync((short)(Rarely(_rarity) ? 1 + _random.Next(2) : 365));
                await nights.WriteAsync(Rarely(_rarity));
                await nights.WriteAsync(Rarely(_rarity));
            }
        }

        await nights.CompleteAsync();

        Task WritePriceAsync(decimal? price) => price is { } named ? nights.WriteAsync(named, NpgsqlDbType.Numeric) : nights.WriteNullAsync();
    }

    private bool Rarely(int oneIn) => _random.Next(oneIn) == 0;

    private T Of<T>(T[] pool) => pool[_random.Next(pool.Length)];

    private List<string> Some(string[] pool, int most) => [.. Enumerable.Range(0, _random.Next(most + 2)).Select(_ => Of(pool))];
}
