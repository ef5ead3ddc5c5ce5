using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class SyncTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(
            _host.Url, ("Reserve:Inventory:CataloguePageSize", "2"), ("Reserve:Inventory:AvailabilityPageSize", "2"));
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_city_comes_over_page_by_page_and_can_be_booked()
    {
        var rooms = Fill(5);

        await _world.SyncAllAsync();

        Assert.Equal(5, await _world.ScalarAsync<int>("SELECT count(*) FROM public.units"));
        Assert.Equal(5 * 30, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar"));
        var unit = await UnitAsync(rooms[0]);
        var quote = (await _world.QuoteAsync(unit, Today.AddDays(1), nights: 7, adults: 3)).Value;
        // 7 x (300 + 50) - 10 % + 80 + 5 % of 2,205
        Assert.Equal(2_395.25m, quote.Total);
        Assert.Equal(
            [("availability_sync", "completed", 150, 0), ("property_sync", "completed", 5, 0), ("room_type_sync", "completed", 5, 0)],
            await JobsAsync());
    }

    [Fact]
    public async Task The_second_sync_asks_for_changes_only_and_unchanged_nights_are_not_rewritten()
    {
        Fill(1);
        await _world.SyncAllAsync();
        var before = await _world.ScalarAsync<string>("SELECT string_agg(xmin::text, ',' ORDER BY date) FROM reserve.availability_calendar");

        _host.Calls.Clear();
        Assert.Equal(0, (await _world.SyncAsync(SyncKind.Availability)).Processed);
        Assert.Contains("since_version=1", Assert.Single(_host.Calls), StringComparison.Ordinal);
        Assert.Equal(30, (await _world.SyncAsync(SyncKind.Availability, full: true)).Processed);

        Assert.Equal(before, await _world.ScalarAsync<string>("SELECT string_agg(xmin::text, ',' ORDER BY date) FROM reserve.availability_calendar"));
    }

    [Fact]
    public async Task A_changed_night_comes_over_and_tells_the_index_which()
    {
        var room = Assert.Single(Fill(1));
        await _world.SyncAllAsync();
        await _world.ExecuteAsync("DELETE FROM reserve.events");
        _host.Version = 7;
        _host.Availability[0].Nights[4] = HostRecord.Night(Today.AddDays(4), price: 999.00m, version: 7);

        await _world.SyncAsync(SyncKind.Availability);

        var unit = await UnitAsync(room);
        Assert.Equal(999m, (await _world.QuoteAsync(unit, Today.AddDays(4), nights: 1)).Value.BasePrice);
        var payload = JsonNode.Parse(await _world.ScalarAsync<string>("SELECT payload::text FROM reserve.events WHERE event_type = 'inventory.changed'"))!;
        Assert.Equal((unit.ToString(), "2026-03-06", "2026-03-07"), ((string)payload["unit_ids"]![0]!, (string)payload["from"]!, (string)payload["to"]!));
        Assert.Equal(7, await _world.ScalarAsync<long>("SELECT host_version FROM reserve.sync_jobs ORDER BY started_at DESC, id DESC LIMIT 1"));
    }

    [Fact]
    public async Task An_older_version_that_arrives_late_changes_nothing()
    {
        Fill(1);
        _host.Availability[0].Nights[4] = HostRecord.Night(Today.AddDays(4), price: 999.00m, version: 9);
        await _world.SyncAllAsync();
        _host.Availability[0].Nights[4] = HostRecord.Night(Today.AddDays(4), price: 111.00m, version: 8);

        await _world.SyncAsync(SyncKind.Availability, full: true);

        Assert.Equal(999m, await _world.ScalarAsync<decimal>("SELECT price FROM reserve.availability_calendar WHERE date = @d", new { d = Today.AddDays(4) }));
    }

    [Fact]
    public async Task What_the_host_deactivates_drops_or_brings_back_follows()
    {
        Fill(3);
        await _world.SyncAllAsync();
        await ExpectSoldAsync(3);

        _host.Properties[0]["active"] = false;
        _host.Properties[0]["version"] = 2;
        await _world.SyncAsync(SyncKind.Properties);
        await ExpectSoldAsync(2);

        var gone = _host.RoomTypes[1];
        _host.RoomTypes.Remove(gone);
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
        await ExpectSoldAsync(1);

        _host.RoomTypes.Add(gone);
        _host.Properties[0]["active"] = true;
        _host.Properties[0]["version"] = 3;
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
        await _world.SyncAsync(SyncKind.Properties);
        await ExpectSoldAsync(3);

        async Task ExpectSoldAsync(int units) => Assert.Equal(units, await _world.ScalarAsync<int>("SELECT count(*) FROM public.units"));
    }

    [Fact]
    public async Task A_list_that_lost_most_of_the_city_is_taken_for_a_fault()
    {
        Fill(12);
        await _world.SyncAllAsync();
        _host.Properties.RemoveRange(0, 7);

        await _world.SyncAsync(SyncKind.Properties, full: true);

        Assert.Equal(12, await _world.ScalarAsync<int>("SELECT count(*) FROM public.properties"));
        Assert.Contains("7 of 12", await _world.ScalarAsync<string>("SELECT error_message FROM reserve.sync_jobs ORDER BY started_at DESC, id DESC LIMIT 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_properties_are_refused_and_counted_and_the_rest_goes_on()
    {
        var good = Guid.CreateVersion7();
        _host.Properties.Add(HostRecord.Property(good, "Boa"));
        _host.Properties.Add(HostRecord.Property(good, "Boa outra vez"));
        Add("city", "lages");
        Add("name", " ");
        Add("name", new string('x', 201));
        Add("description", new string('x', 20_001));
        Add("latitude", 91.0);
        Add("rating", 5.1);
        Add("cleaning_fee", -0.01);
        Add("cleaning_fee", 1.005);
        Add("currency", "EUR");
        Add("cancellation_policy", "whatever");
        Add("id", Guid.Empty);
        _host.Properties.Add(HostRecord.Property(Guid.CreateVersion7(), "Também boa"));

        var progress = await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal((2, 12), (progress.Processed, progress.Failed));
        Assert.Equal(["Boa", "Também boa"], await NamesAsync());

        void Add(string field, JsonNode value)
        {
            var property = HostRecord.Property(Guid.CreateVersion7(), "Ruim");
            property[field] = value;
            _host.Properties.Add(property);
        }

        async Task<IEnumerable<string>> NamesAsync()
        {
            await using var connection = await _world.OpenAsync();
            return await connection.QueryAsync<string>("SELECT name FROM reserve.properties_map ORDER BY name");
        }
    }

    [Fact]
    public async Task A_property_that_becomes_wrong_stays_as_it_was_and_is_marked()
    {
        Fill(2);
        await _world.SyncAllAsync();
        _host.Properties[0]["cleaning_fee"] = -5;
        _host.Properties[0]["version"] = 2;

        await _world.SyncAsync(SyncKind.Properties, full: true);

        Assert.Equal("failed", await _world.ScalarAsync<string>("SELECT sync_status FROM reserve.properties_map WHERE is_active AND cleaning_fee = 80 AND name = 'Casa 0'"));
    }

    [Fact]
    public async Task Wrong_room_types_and_nights_are_refused_and_counted()
    {
        var room = Assert.Single(Fill(1));
        var property = (Guid)_host.Properties[0]["id"]!;
        Room("property_id", Guid.CreateVersion7());
        Room("max_occupancy", 0);
        Room("base_capacity", 9);
        Room("rate_plan", new JsonObject { ["base_price"] = -1, ["extra_guest_fee"] = 0, ["length_of_stay_discounts"] = new JsonArray() });
        Room("rate_plan", new JsonObject { ["base_price"] = 1, ["extra_guest_fee"] = 0, ["length_of_stay_discounts"] = new JsonArray(new JsonObject { ["min_nights"] = 2, ["percent"] = 101 }) });
        var nights = _host.Availability[0].Nights;
        nights.Add(HostRecord.Night(Today.AddDays(-1)));
        nights.Add(HostRecord.Night(Today.AddDays(365)));
        nights.Add(HostRecord.Night(Today.AddDays(3)));
        nights.Add(HostRecord.Night(Today.AddDays(40), price: -1));
        nights.Add(HostRecord.Night(Today.AddDays(41), price: 1.234m));
        nights.Add(HostRecord.Night(Today.AddDays(42), allotment: -1));
        _host.Availability.Add((Guid.CreateVersion7(), HostRecord.Nights(Today, 10)));

        await _world.SyncAllAsync();

        Assert.Equal(
            [("availability_sync", "completed", 30, 16), ("property_sync", "completed", 1, 0), ("room_type_sync", "completed", 1, 5)],
            await JobsAsync());
        Assert.Equal(300m, await _world.ScalarAsync<decimal>("SELECT price FROM reserve.availability_calendar WHERE date = @d", new { d = Today.AddDays(3) }));
        Assert.NotEqual(Guid.Empty, await UnitAsync(room));

        void Room(string field, JsonNode value)
        {
            var type = HostRecord.RoomType(Guid.CreateVersion7(), property);
            type[field] = value;
            _host.RoomTypes.Add(type);
        }
    }

    [Fact]
    public async Task Images_that_no_browser_can_load_are_dropped()
    {
        var property = HostRecord.Property(Guid.CreateVersion7(), "Casa");
        property["images"] = new JsonArray(
            "https://images.example/1.jpg", "http://IMAGES.example:80/2.jpg?w=1#top", "https://images.example:443/1.jpg", "https://me:pw@images.example/3.jpg",
            "https://localhost/4.jpg", "https://127.0.0.1/5.jpg", "https://10.1.2.3/6.jpg", "https://[::1]/7.jpg", "https://[::ffff:192.168.0.1]/8.jpg",
            "https://printer/9.jpg", "https://nas.local/10.jpg", "https://8.8.8.8/11.jpg", "javascript:alert(1)",
            "/relative.jpg", "file:///etc/passwd", "not an address", "");
        _host.Properties.Add(property);

        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal(
            """["https://images.example/1.jpg", "https://images.example/2.jpg?w=1", "https://8.8.8.8/11.jpg"]""",
            await _world.ScalarAsync<string>("SELECT images_cached::text FROM reserve.properties_map"));
    }

    [Fact]
    public async Task Two_properties_of_one_name_get_two_addresses_and_keep_them()
    {
        for (var i = 0; i < 3; i++)
            _host.Properties.Add(HostRecord.Property(Guid.CreateVersion7(), "Pousada São José"));
        await _world.SyncAsync(SyncKind.Properties);
        var before = await SlugsAsync();
        foreach (var property in _host.Properties)
            (property["name"], property["version"]) = ("Outro nome", 2);

        await _world.SyncAsync(SyncKind.Properties, full: true);

        Assert.Contains("pousada-sao-jose", before);
        Assert.Equal(3, before.Distinct().Count());
        Assert.Equal(before, await SlugsAsync());

        async Task<List<string>> SlugsAsync()
        {
            await using var connection = await _world.OpenAsync();
            return [.. await connection.QueryAsync<string>("SELECT slug FROM reserve.properties_map ORDER BY slug")];
        }
    }

    [Fact]
    public async Task A_host_that_fails_half_way_fails_the_job_and_the_next_run_makes_it_whole()
    {
        Fill(6);
        await _world.SyncAsync(SyncKind.Properties);
        await _world.SyncAsync(SyncKind.RoomTypes);
        _host.Calls.Clear();
        _host.Fails = call => call == 2 ? 500 : null;

        await Assert.ThrowsAsync<HostSyncException>(() => _world.SyncAsync(SyncKind.Availability));

        Assert.Equal(2 * 30, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar"));
        Assert.Equal("failed 60", await _world.ScalarAsync<string>("SELECT status || ' ' || records_processed FROM reserve.sync_jobs WHERE job_type = 'availability_sync'"));
        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.events WHERE event_type = 'sync.failed'"));

        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(6 * 30, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar"));
    }

    [Fact]
    public async Task A_page_that_is_done_twice_is_counted_once()
    {
        Fill(4);
        var jobs = _world.Get<SyncJobs>();
        var sync = _world.Get<HostSync>();
        var plan = (await jobs.BeginAsync(SyncKind.Properties, InventoryWorld.Urubici, false, CancellationToken.None))!;

        var first = await sync.PageAsync(plan, SyncProgress.Start, CancellationToken.None);
        Assert.Equal(first, await sync.PageAsync(plan, SyncProgress.Start, CancellationToken.None));
        await sync.PageAsync(plan, first, CancellationToken.None);
        await sync.FinishAsync(plan, CancellationToken.None);
        await sync.FinishAsync(plan, CancellationToken.None);

        Assert.Equal([("property_sync", "completed", 4, 0)], await JobsAsync());
    }

    [Fact]
    public async Task A_job_left_running_is_ended_by_the_next()
    {
        Fill(1);
        await _world.Get<SyncJobs>().BeginAsync(SyncKind.Properties, InventoryWorld.Urubici, false, CancellationToken.None);

        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal([("property_sync", "failed", 0, 0), ("property_sync", "completed", 1, 0)], (await JobsAsync()).OrderBy(j => j.Item3));
    }

    [Fact]
    public async Task Units_that_came_after_the_nights_get_theirs_with_the_next_run()
    {
        Fill(1);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(0, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar"));
        await _world.SyncAsync(SyncKind.RoomTypes);
        await _world.SyncAsync(SyncKind.Properties);

        await _world.SyncAsync(SyncKind.RoomTypes);
        await _world.SyncAsync(SyncKind.Availability);

        Assert.Equal(30, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar"));
    }

    [Fact]
    public async Task A_room_type_that_comes_back_brings_the_nights_that_changed_while_it_was_away()
    {
        var room = Fill(2)[0];
        await _world.SyncAllAsync();
        var (type, nights) = (_host.RoomTypes[0], _host.Availability[0]);
        _host.RoomTypes.RemoveAt(0);
        _host.Availability.RemoveAt(0);
        await _world.SyncAsync(SyncKind.RoomTypes, full: true);
        nights.Nights[4] = HostRecord.Night(Today.AddDays(4), price: 999.00m, version: 5);
        // What the others changed since is read: the mark is beyond the night of the one that is away.
        _host.Version = 9;
        await _world.SyncAsync(SyncKind.Availability);

        _host.RoomTypes.Insert(0, type);
        _host.Availability.Insert(0, nights);
        type["version"] = 10;
        _host.Version = 10;
        await _world.SyncAsync(SyncKind.RoomTypes);
        await _world.SyncAsync(SyncKind.Availability);

        Assert.Equal(999m, (await _world.QuoteAsync(await UnitAsync(room), Today.AddDays(4), nights: 1)).Value.BasePrice);
        _host.Calls.Clear();
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Contains("since_version=10", Assert.Single(_host.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_that_moves_to_another_city_is_sold_there_and_both_cities_are_told()
    {
        Fill(1);
        await _world.SyncAllAsync();
        var lages = Guid.CreateVersion7();
        await _world.ExecuteAsync(
            """
            INSERT INTO reserve.cities (id, slug, name, state) VALUES (@lages, 'lages', 'Lages', 'SC');
            DELETE FROM reserve.events
            """,
            new { lages });
        (_host.Properties[0]["city"], _host.Properties[0]["version"]) = ("lages", 2);

        await _world.Get<PropertySync>().RunAsync(
            new SyncCity(lages, "lages", "America/Sao_Paulo", "BRL"), (Guid)_host.Properties[0]["id"]!, CancellationToken.None);

        Assert.Equal(lages, await _world.ScalarAsync<Guid>("SELECT city_id FROM reserve.properties_map"));
        Assert.Equal(2, await _world.ScalarAsync<int>("SELECT count(DISTINCT aggregate_id) FROM reserve.events WHERE event_type = 'inventory.changed'"));
        Assert.Equal(0, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.unit_map WHERE behind_since IS NOT NULL OR NOT is_active"));
    }

    [Fact]
    public async Task A_slug_that_somebody_else_already_has_with_its_suffix_gets_the_whole_id()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _host.Properties.Add(HostRecord.Property(Guid.CreateVersion7(), "Casa"));
        _host.Properties.Add(HostRecord.Property(first, $"Casa {second.ToString("N")[^8..]}"));
        await _world.SyncAsync(SyncKind.Properties);
        _host.Properties.Add(HostRecord.Property(second, "Casa"));

        await _world.SyncAsync(SyncKind.Properties, full: true);

        Assert.Equal($"casa-{second:N}", await _world.ScalarAsync<string>("SELECT slug FROM reserve.properties_map WHERE host_property_id = @second", new { second }));
    }

    [Fact]
    public async Task A_new_service_fee_of_the_city_reaches_every_rate_plan()
    {
        Fill(2);
        await _world.SyncAllAsync();
        await _world.ExecuteAsync("UPDATE reserve.cities SET service_fee_percentage = 8");

        await _world.SyncAsync(SyncKind.RoomTypes);

        Assert.Equal(2, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.rate_plans WHERE service_fee_percentage = 8"));
    }

    private List<Guid> Fill(int properties)
    {
        List<Guid> rooms = [];
        for (var i = 0; i < properties; i++)
        {
            var (property, room) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            _host.Properties.Add(HostRecord.Property(property, $"Casa {i}"));
            _host.RoomTypes.Add(HostRecord.RoomType(room, property));
            _host.Availability.Add((room, HostRecord.Nights(Today, 30)));
            rooms.Add(room);
        }

        return rooms;
    }

    private Task<Guid> UnitAsync(Guid room) =>
        _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map WHERE host_unit_id = @room", new { room });

    private async Task<List<(string, string, int, int)>> JobsAsync()
    {
        await using var connection = await _world.OpenAsync();
        return [.. await connection.QueryAsync<(string, string, int, int)>(
            "SELECT job_type, status, records_processed, records_failed FROM reserve.sync_jobs WHERE job_type <> 'single_property_sync' ORDER BY job_type, started_at")];
    }
}
