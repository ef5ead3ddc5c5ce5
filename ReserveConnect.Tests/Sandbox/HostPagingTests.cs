using System.Text.Json;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class HostPagingTests
{
    [Theory]
    [InlineData("properties", 20)]
    [InlineData("room-types", 42)]
    public async Task Pages_hold_every_item_once_in_the_order_of_ids(string list, int count)
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var ids = (await AllAsync(sandbox.Host, $"{HostDesk.City}/{list}?limit=7")).Items.Select(item => item.GetProperty("id").GetGuid()).ToArray();

        Assert.Equal(count, ids.Length);
        Assert.Equal(ids.Distinct().Order(), ids);
    }

    [Fact]
    public async Task Nights_come_for_a_year_from_today()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var rooms = (await AllAsync(sandbox.Host, $"{HostDesk.City}/availability?limit=10")).Items;

        Assert.Equal(42, rooms.Count);
        Assert.All(rooms, room => Assert.Equal(
            Enumerable.Range(0, 365).Select(i => HostDesk.Text(HostDesk.Day(i))),
            room.GetProperty("nights").EnumerateArray().Select(night => night.GetProperty("date").GetString())));
    }

    [Fact]
    public async Task Only_what_changed_since_a_version_comes_again()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync();
        var since = (await AllAsync(host, $"{HostDesk.City}/availability?limit=500")).Version;
        await host.BookAsync(room, "k", from: 20, nights: 3);

        var changed = (await AllAsync(host, $"{HostDesk.City}/availability?since_version={since}")).Items;
        var nights = Assert.Single(changed).GetProperty("nights").EnumerateArray().ToArray();
        var again = await AllAsync(host, $"{HostDesk.City}/availability?since_version={nights.Max(n => n.GetProperty("version").GetInt64())}");

        Assert.Equal(new[] { 20, 21, 22 }.Select(day => HostDesk.Text(HostDesk.Day(day))), nights.Select(n => n.GetProperty("date").GetString()));
        Assert.All(nights, night => Assert.Equal(1, night.GetProperty("sold").GetInt32()));
        Assert.Empty(again.Items);
    }

    [Fact]
    public async Task A_changed_property_and_room_type_come_again()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var (properties, since) = await AllAsync(host, $"{HostDesk.City}/properties?limit=500");
        var rooms = (await AllAsync(host, $"{HostDesk.City}/room-types?limit=500")).Items;
        await host.ControlAsync(HttpMethod.Patch, $"properties/{properties[3].GetProperty("id")}", new { name = "Pousada Outra", active = false });
        await host.ControlAsync(HttpMethod.Patch, $"room-types/{rooms[5].GetProperty("id")}", new { base_price = 199.90m });

        var changed = Assert.Single((await AllAsync(host, $"{HostDesk.City}/properties?updated_since_version={since}")).Items);
        var changedRoom = Assert.Single((await AllAsync(host, $"{HostDesk.City}/room-types?updated_since_version={since}")).Items);

        Assert.Equal(("Pousada Outra", false), (changed.GetProperty("name").GetString(), changed.GetProperty("active").GetBoolean()));
        Assert.Equal(199.90m, changedRoom.GetProperty("rate_plan").GetProperty("base_price").GetDecimal());
    }

    [Fact]
    public async Task A_change_while_pages_are_read_is_in_the_pages_or_in_the_next_run()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync(allotment: 100);
        using var stop = new CancellationTokenSource();
        var booked = 0;
        var booking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && booked < 100)
                booked += (await host.BookAsync(room, $"k{booked}", from: 5, nights: 1)).Status == 201 ? 1 : 0;
        });
        var known = 0;
        var since = 0L;
        for (var run = 0; run < 20; run++)
        {
            var (items, version) = await AllAsync(host, $"{HostDesk.City}/availability?limit=5&since_version={since}");
            since = version;
            known = Sold(items, room) ?? known;
        }

        await stop.CancelAsync();
        await booking;
        known = Sold((await AllAsync(host, $"{HostDesk.City}/availability?since_version={since}")).Items, room) ?? known;

        Assert.True(booked > 0);
        Assert.Equal(booked, known);
    }

    private static int? Sold(List<JsonElement> items, string room) => items
        .Where(item => item.GetProperty("room_type_id").GetString() == room)
        .SelectMany(item => item.GetProperty("nights").EnumerateArray())
        .Where(night => night.GetProperty("date").GetString() == HostDesk.Text(HostDesk.Day(5)))
        .Select(night => (int?)night.GetProperty("sold").GetInt32())
        .FirstOrDefault();

    private static async Task<(List<JsonElement> Items, long Version)> AllAsync(HttpClient host, string path)
    {
        var items = new List<JsonElement>();
        var versions = new HashSet<long>();
        var cursor = "";
        while (true)
        {
            var page = await host.ReadAsync(path + cursor);
            Assert.Equal(200, page.Status);
            items.AddRange(page.Json.GetProperty("items").EnumerateArray());
            versions.Add(page.Json.GetProperty("version").GetInt64());
            if (page.String("next_cursor") is not { } next)
                return (items, Assert.Single(versions));
            cursor = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next}";
        }
    }
}
