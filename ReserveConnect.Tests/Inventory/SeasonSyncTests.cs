using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Inventory.Search.Sql;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Seasons as the Host sends them.</summary>
public sealed class SeasonSyncTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private readonly Guid _property = Guid.CreateVersion7();
    private readonly Guid _room = Guid.CreateVersion7();
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url);
        _host.Properties.Add(HostRecord.Property(_property, "Casa"));
        _host.RoomTypes.Add(HostRecord.RoomType(_room, _property));
        _host.Availability.Add((_room, HostRecord.Nights(Today, 30)));
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Seasons_of_property_and_room_type_come_over_and_are_quoted()
    {
        _host.Properties[0]["rate_plans"] = new JsonArray(Season("2026-03-05", "2026-03-20", extra: 10));
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-10", null, extra: 20, s => (s["cleaning_fee"], s["base_capacity"]) = (33.33m, 1)));
        await _world.SyncAllAsync();
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");

        // Three nights for three: the standard plan's supplement, the property's, the room type's own for two of them.
        var quotes = new List<(decimal, decimal)>();
        foreach (var day in new[] { 2, 3, 8 })
        {
            var quote = (await _world.QuoteAsync(unit, Today.AddDays(day), nights: 1, adults: 3)).Value;
            quotes.Add((quote.Nights[0].Supplement, quote.CleaningFee));
        }

        Assert.Equal([(50m, 80m), (10m, 80m), (40m, 33.33m)], quotes);
        Assert.Equal("BRL", await _world.ScalarAsync<string>("SELECT DISTINCT currency FROM reserve.rate_plans"));
    }

    [Fact]
    public async Task Seasons_change_and_go_and_what_stays_is_not_touched()
    {
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-01", "2026-03-31"), Season("2026-05-01", "2026-05-31"));
        await _world.SyncAllAsync();
        var may = await _world.ScalarAsync<string>("SELECT id || xmin::text FROM reserve.rate_plans WHERE valid_from = '2026-05-01'");
        await _world.ExecuteAsync("DELETE FROM reserve.events");
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-02", "2026-03-30"), Season("2026-05-01", "2026-05-31"));
        _host.RoomTypes[0]["version"] = 2;

        await _world.SyncAsync(SyncKind.RoomTypes);

        Assert.Equal(["2026-03-02", "2026-05-01"], await FirstDaysAsync());
        Assert.Equal(may, await _world.ScalarAsync<string>("SELECT id || xmin::text FROM reserve.rate_plans WHERE valid_from = '2026-05-01'"));
        Assert.True(await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.events WHERE event_type = 'inventory.changed'") > 0);

        _host.RoomTypes[0].Remove("rate_plans");
        _host.RoomTypes[0]["version"] = 3;
        await _world.SyncAsync(SyncKind.RoomTypes);
        Assert.Empty(await FirstDaysAsync());
        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.rate_plans"));
    }

    [Fact]
    public async Task A_full_sync_brings_seasons_that_a_record_of_the_same_version_has()
    {
        await _world.SyncAllAsync();
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-01", "2026-03-31"));

        await _world.SyncAsync(SyncKind.RoomTypes, full: true);

        Assert.Equal(["2026-03-01"], await FirstDaysAsync());
    }

    [Fact]
    public async Task An_older_version_that_arrives_late_changes_no_season()
    {
        _host.RoomTypes[0]["version"] = 5;
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-01", "2026-03-31"));
        await _world.SyncAllAsync();
        _host.RoomTypes[0]["version"] = 4;
        _host.RoomTypes[0]["rate_plans"] = new JsonArray();

        await _world.SyncAsync(SyncKind.RoomTypes, full: true);

        Assert.Equal(["2026-03-01"], await FirstDaysAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_season_of_the_property_does_not_name_is_each_room_types_own(bool isLeftOut)
    {
        var other = Guid.CreateVersion7();
        _host.RoomTypes.Add(HostRecord.RoomType(other, _property, "Quarto"));
        (_host.RoomTypes[1]["rate_plan"]!["base_price"], _host.RoomTypes[1]["rate_plan"]!["extra_guest_fee"]) = (120m, 15m);
        _host.RoomTypes[1]["rate_plan"]!["length_of_stay_discounts"] = new JsonArray(new JsonObject { ["min_nights"] = 2, ["percent"] = 20 });
        _host.Availability.Add((other, HostRecord.Nights(Today, 30)));
        foreach (var night in _host.Availability.SelectMany(room => room.Nights))
            Unprice(night, isLeftOut: true);
        _host.Properties[0]["rate_plans"] = new JsonArray(Season("2026-03-01", null, change: season =>
        {
            foreach (var own in (string[])["base_price", "extra_guest_fee", "length_of_stay_discounts"])
            {
                season[own] = null;
                if (isLeftOut)
                    season.Remove(own);
            }

            season["cleaning_fee"] = 33m;
        }));
        await _world.SyncAllAsync();
        var units = await UnitsAsync();

        var suite = (await _world.QuoteAsync(units[_room], Today.AddDays(5), nights: 2, adults: 3)).Value;
        var quarto = (await _world.QuoteAsync(units[other], Today.AddDays(5), nights: 2, adults: 3)).Value;

        Assert.Equal((500m, 0m, 33m), (suite.BasePrice, suite.Discount, suite.CleaningFee));
        Assert.Equal((270m, 54m, 33m), (quarto.BasePrice, quarto.Discount, quarto.CleaningFee));
        Assert.Equal([quarto.Total, quarto.Total], await TotalsAsync(Today.AddDays(5), nights: 2, adults: 3));

        // A full list that says the same again touches nothing.
        var before = await _world.ScalarAsync<string>("SELECT string_agg(id || xmin::text, ',' ORDER BY id) FROM reserve.rate_plans");
        await _world.SyncAsync(SyncKind.Properties, full: true);
        Assert.Equal(before, await _world.ScalarAsync<string>("SELECT string_agg(id || xmin::text, ',' ORDER BY id) FROM reserve.rate_plans"));

        (_host.RoomTypes[1]["rate_plan"]!["base_price"], _host.RoomTypes[1]["version"]) = (130m, 2);
        await _world.SyncAsync(SyncKind.RoomTypes);
        Assert.Equal(130m, (await _world.QuoteAsync(units[other], Today.AddDays(5))).Value.Nights[0].Price);
    }

    [Fact]
    public async Task A_new_cleaning_fee_of_the_property_is_that_of_seasons_that_name_none()
    {
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(
            Season("2026-03-01", "2026-03-05"), Season("2026-03-06", "2026-03-31", change: s => s["cleaning_fee"] = 12.00m));
        await _world.SyncAllAsync();
        _host.Properties[0]["cleaning_fee"] = 95.00m;
        _host.Properties[0]["version"] = 2;
        await _world.SyncAsync(SyncKind.Properties);
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");

        Assert.Equal(95m, (await _world.QuoteAsync(unit, Today.AddDays(1))).Value.CleaningFee);
        Assert.Equal(12m, (await _world.QuoteAsync(unit, Today.AddDays(6))).Value.CleaningFee);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_night_without_a_price_of_its_own_is_quoted_and_found_for_that_of_the_season(bool isLeftOut)
    {
        _host.Properties[0]["rate_plans"] = new JsonArray(Season("2026-03-10", "2026-03-20"));
        foreach (var night in _host.Availability[0].Nights.Where((_, day) => day != 9))
            Unprice(night, isLeftOut);
        await _world.SyncAllAsync();
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");

        var quote = (await _world.QuoteAsync(unit, Today.AddDays(7), nights: 3)).Value;

        Assert.Equal([200m, 400m, 300m], quote.Nights.Select(night => night.Price));
        Assert.Equal(900m, quote.BasePrice);
        Assert.Equal([quote.Total, quote.Total], await TotalsAsync(Today.AddDays(7), nights: 3));
    }

    [Fact]
    public async Task A_night_loses_its_price_and_gets_it_back()
    {
        await _world.SyncAllAsync();
        Unprice(_host.Availability[0].Nights[3], isLeftOut: false);
        await _world.SyncAsync(SyncKind.Availability, full: true);
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");
        Assert.Equal([200m, 300m], (await _world.QuoteAsync(unit, Today.AddDays(3))).Value.Nights.Select(night => night.Price));

        (_host.Availability[0].Nights[3]["price"], _host.Availability[0].Nights[3]["version"]) = (310m, 2);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal([310m, 300m], (await _world.QuoteAsync(unit, Today.AddDays(3))).Value.Nights.Select(night => night.Price));
    }

    [Fact]
    public async Task Nights_for_nothing_are_not_sold_for_the_cleaning_fee()
    {
        foreach (var night in _host.Availability[0].Nights.Take(3))
            night["price"] = 0;
        await _world.SyncAllAsync();
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");

        Assert.Equal("no_price", (await _world.QuoteAsync(unit, Today, nights: 3)).Refusal?.Code);
        Assert.Empty(await TotalsAsync(Today, nights: 3));
        Assert.Equal(300m, (await _world.QuoteAsync(unit, Today, nights: 4)).Value.BasePrice);
        Assert.Equal(2, (await TotalsAsync(Today, nights: 4)).Count);
    }

    public static TheoryData<string, JsonArray> Bad => new()
    {
        { "to before from", [Season("2026-03-02", "2026-03-01")] },
        { "no dates", [Season(null, null)] },
        { "a date of another age", [Season("1026-03-02", null)] },
        { "an overlap", [Season("2026-03-01", "2026-03-10"), Season("2026-03-10", "2026-03-11")] },
        { "an overlap without end", [Season("2026-03-01", null), Season("2030-03-10", "2030-03-11")] },
        { "negative price", [Season("2026-03-01", null, change: s => s["base_price"] = -1)] },
        { "negative fee", [Season("2026-03-01", null, change: s => s["extra_guest_fee"] = -1)] },
        { "negative cleaning", [Season("2026-03-01", null, change: s => s["cleaning_fee"] = -1)] },
        { "parts of a cent", [Season("2026-03-01", null, change: s => s["base_price"] = 1.005m)] },
        { "no capacity", [Season("2026-03-01", null, change: s => s["base_capacity"] = 0)] },
        { "a long name", [Season("2026-03-01", null, change: s => s["name"] = new string('x', 201))] },
        { "a name that no database can hold", [Season("2026-03-01", null, change: s => s["name"] = "in\u0000verno")] },
        { "a day that there is not", [Season("2026-02-30", null)] },
        { "a price in words", [Season("2026-03-01", null, change: s => s["base_price"] = "x")] },
        { "no name", [Season("2026-03-01", null, change: s => s.Remove("name"))] },
        { "an empty name", [Season("2026-03-01", null, change: s => s["name"] = null)] },
        { "no last day", [Season("2026-03-01", null, change: s => s.Remove("valid_to"))] },
        { "no season at all", new JsonArray((JsonNode?)null) },
        { "over 100 per cent", [Discounted((2, 100.01m))] },
        { "nothing off", [Discounted((2, 0))] },
        { "less than nothing off", [Discounted((2, -1))] },
        { "parts of a hundredth off", [Discounted((2, 7.555m))] },
        { "one night is no long stay", [Discounted((1, 10))] },
        { "two discounts for the same stay", [Discounted((7, 10), (3, 5), (7, 12))] },
        { "21 discounts", [Discounted([.. Enumerable.Range(2, 21).Select(nights => (nights, 10m))])] },
        { "101 of them", new JsonArray([.. Enumerable.Range(0, 101).Select(i => (JsonNode)Season($"{2030 + i}-01-01", $"{2030 + i}-01-02"))]) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_record_with_impossible_seasons_is_refused_and_the_rest_goes_on(string what, JsonArray seasons)
    {
        var (property, room) = (HostRecord.Property(Guid.CreateVersion7(), "Ruim"), HostRecord.RoomType(Guid.CreateVersion7(), _property, "Ruim"));
        (property["rate_plans"], room["rate_plans"]) = (seasons.DeepClone(), seasons.DeepClone());
        _host.Properties.Insert(0, property);
        _host.RoomTypes.Insert(0, room);

        Assert.Equal((what, 1, 1), (what, await FailedAsync(SyncKind.Properties), await FailedAsync(SyncKind.RoomTypes)));

        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.rate_plans"));
        Assert.Equal(2, await _world.ScalarAsync<int>(
            """
            SELECT count(*)
            FROM reserve.sync_refusals
            WHERE host_id IN (@Property, @Room)
              AND reason <> 'not_storable'
              AND cleared_at IS NULL
            """,
            new { Property = (Guid)property["id"]!, Room = (Guid)room["id"]! }));
    }

    [Fact]
    public async Task Discounts_of_a_standard_plan_are_looked_at_alike_and_twenty_are_taken()
    {
        var steps = Discounted([.. Enumerable.Range(2, 20).Select(nights => (nights, nights == 2 ? 0.01m : 100m))])["length_of_stay_discounts"]!;
        _host.RoomTypes[0]["rate_plan"]!["length_of_stay_discounts"] = steps.DeepClone();
        var other = HostRecord.RoomType(Guid.CreateVersion7(), _property, "Ruim");
        other["rate_plan"]!["length_of_stay_discounts"]![0]!["min_nights"] = 1;
        _host.RoomTypes.Add(other);
        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal(1, await FailedAsync(SyncKind.RoomTypes));
        Assert.Equal(20, await _world.ScalarAsync<int>("SELECT jsonb_array_length(length_of_stay_discounts) FROM reserve.rate_plans"));
    }

    [Fact]
    public async Task A_season_for_more_guests_than_fit_is_refused()
    {
        _host.RoomTypes[0]["rate_plans"] = new JsonArray(Season("2026-03-01", null, change: s => s["base_capacity"] = 5));
        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal(1, await FailedAsync(SyncKind.RoomTypes));
    }

    private static JsonObject Discounted(params (int MinNights, decimal Percent)[] steps) => Season(
        "2026-03-01", null,
        change: s => s["length_of_stay_discounts"] = new JsonArray(
            [.. steps.Select(step => new JsonObject { ["min_nights"] = step.MinNights, ["percent"] = step.Percent })]));

    private static void Unprice(JsonObject night, bool isLeftOut)
    {
        night["price"] = null;
        if (isLeftOut)
            night.Remove("price");
    }

    // What the index and SQL find.
    private async Task<List<decimal>> TotalsAsync(DateOnly checkIn, int nights, int adults = 2)
    {
        var search = InventoryWorld.Search(checkIn, nights, adults);
        var indexed = (await _world.IndexAsync()).Search(search);
        var sql = (await _world.Get<SqlSearches>().SearchAsync(search, CancellationToken.None)).Value.Result;
        return [.. indexed.Hits.Concat(sql.Hits).Select(hit => hit.Total)];
    }

    private async Task<int> FailedAsync(SyncKind kind) => (int)(await _world.SyncAsync(kind)).Failed;

    private async Task<Dictionary<Guid, Guid>> UnitsAsync()
    {
        await using var connection = await _world.OpenAsync();
        return (await connection.QueryAsync<(Guid HostId, Guid Id)>("SELECT host_unit_id, id FROM reserve.unit_map")).ToDictionary(u => u.HostId, u => u.Id);
    }

    private async Task<List<string>> FirstDaysAsync()
    {
        await using var connection = await _world.OpenAsync();
        return [.. await connection.QueryAsync<string>("SELECT valid_from::text FROM reserve.rate_plans WHERE is_season ORDER BY 1")];
    }

    private static JsonObject Season(string? from, string? to, decimal extra = 0, Action<JsonObject>? change = null)
    {
        var season = new JsonObject
        {
            ["name"] = "inverno",
            ["valid_from"] = from,
            ["valid_to"] = to,
            ["base_price"] = 400.00m,
            ["extra_guest_fee"] = extra,
            ["length_of_stay_discounts"] = new JsonArray(),
        };
        change?.Invoke(season);
        return season;
    }
}
