using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class CountDifferenceTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url);
        var (property, room) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _host.Properties.Add(HostRecord.Property(property, "Casa"));
        _host.RoomTypes.Add(HostRecord.RoomType(room, property));
        _host.Availability.Add((room, HostRecord.Nights(Today, 30)));
        await _world.SyncAllAsync();
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_sold_count_that_differs_is_one_exception_until_it_agrees_again()
    {
        Change(5, n => n["sold"] = 1);
        await _world.SyncAsync(SyncKind.Availability);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal("inventory_mismatch medium open 2026-03-07", await ExceptionsAsync());

        Change(6, n => n["sold"] = 1);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.exceptions WHERE (context ->> 'nights_count')::integer = 2"));

        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET bookings_count = host_sold_count");
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal("inventory_mismatch medium resolved 2026-03-07", await ExceptionsAsync());

        Change(9, n => n["sold"] = 1);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(2, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.exceptions"));
    }

    [Fact]
    public async Task An_allotment_below_what_is_sold_and_held_is_stored_and_raised()
    {
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET temp_holds = 1 WHERE date = @d", new { d = Today.AddDays(5) });
        Change(5, n => n["allotment"] = 0);

        await _world.SyncAsync(SyncKind.Availability);

        Assert.Equal(-1, await _world.ScalarAsync<int>("SELECT effective_allotment FROM reserve.availability_calendar WHERE date = @d", new { d = Today.AddDays(5) }));
        Assert.Equal("overbooked high open 2026-03-07", await ExceptionsAsync());
    }

    [Fact]
    public async Task A_unit_with_a_booking_in_flight_is_left_for_the_next_sync()
    {
        await _world.ExecuteAsync(
            """
            INSERT INTO reserve.booking_intents (id, city_id, property_id, unit_id, check_in, check_out, base_price, total_amount, quote,
                cancellation_policy, expires_at, guest_email, guest_first_name, guest_last_name, created_at, updated_at)
            SELECT gen_random_uuid(), @Urubici, u.property_id, u.id, @In, @Out, 1, 1, '{}', '{}', @now, @email, 'A', 'B', @now, @now
            FROM reserve.unit_map u
            """,
            new { InventoryWorld.Urubici, In = Today.AddDays(5), Out = Today.AddDays(6), now = _world.Clock.GetUtcNow(), email = "a@example.com" });
        Change(5, n => n["sold"] = 1);

        await _world.SyncAsync(SyncKind.Availability);

        Assert.Equal(0, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.exceptions"));
    }

    [Fact]
    public async Task Holds_taken_while_nights_are_merged_survive()
    {
        var unit = await _world.ScalarAsync<Guid>("SELECT id FROM reserve.unit_map");
        var holds = Enumerable.Range(0, 200).Select(i => _world.ExecuteAsync(
            """
            UPDATE reserve.availability_calendar
            SET temp_holds = temp_holds + 1
            WHERE unit_id = @unit AND date BETWEEN @From AND @To
            """,
            new { unit, From = Today.AddDays(i % 20), To = Today.AddDays((i % 20) + 1) }));

        var merges = Task.Run(async () =>
        {
            for (var version = 2; version < 12; version++)
            {
                for (var day = 0; day < 30; day++)
                    _host.Availability[0].Nights[day] = HostRecord.Night(Today.AddDays(day), price: 100 + version, allotment: 100, version: version);
                _host.Version = version;
                await _world.SyncAsync(SyncKind.Availability);
            }
        });
        await Task.WhenAll(Parallel.ForEachAsync(holds, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (hold, _) => await hold), merges);

        Assert.Equal(400, await _world.ScalarAsync<int>("SELECT sum(temp_holds) FROM reserve.availability_calendar"));
        Assert.Equal(30, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.availability_calendar WHERE host_version = 11 AND price = 111"));
    }

    private void Change(int day, Action<System.Text.Json.Nodes.JsonObject> change)
    {
        var night = _host.Availability[0].Nights[day];
        change(night);
        night["version"] = ++_host.Version;
    }

    private Task<string> ExceptionsAsync() => _world.ScalarAsync<string>(
        "SELECT string_agg(exception_type || ' ' || severity || ' ' || status || ' ' || (context -> 'nights' -> 0 ->> 'date'), ';') FROM reserve.exceptions");
}
