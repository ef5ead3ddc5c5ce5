using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>What a Host can say wrong, one record at a time: the rest of the page goes on, and staff are told.</summary>
public sealed class HostRecordTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private static readonly Actor Agent = new(ActorKind.Agent, Guid.Parse("0198b0a0-0000-7000-8000-0000000000ee"));
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "\"cleaning_fee\":80.00", "\"cleaning_fee\":\"eighty\"", "unreadable $.cleaning_fee" },
        { "\"cleaning_fee\":80.00", "\"cleaning_fee\":1e400", "unreadable $.cleaning_fee" },
        { "\"cleaning_fee\":80.00", "\"cleaning_fee\":null", "unreadable $.cleaning_fee" },
        { "\"cleaning_fee\":80.00", "\"cleaning_fee\":-1", "invalid_price " },
        { "\"city\":\"urubici\",", "", "unreadable " },
        { "\"city\":\"urubici\"", "\"city\":null", "unreadable $.city" },
        { "\"reviews\":12", "\"reviews\":[12", "unreadable *" },
        { "\"reviews\":12", "\"reviews\":99999999999", "unreadable $.reviews" },
        { "\"active\":true", "\"active\":yes", "unreadable $.active" },
        { "\"currency\":\"BRL\"", "\"currency\":\"BR\\u0000L\"", "wrong_currency " },
        { "A house in the hills.", "\\u0000", "invalid_text " },
        { "A house in the hills.", "\\ud800", "unreadable $.description" },
        { "\"amenities\":[\"Wifi\",\"Lareira\"]", "\"amenities\":{}", "unreadable $.amenities" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task A_spoilt_property_is_refused_and_listed_and_its_neighbours_come(string right, string wrong, string reason)
    {
        var bad = Fill(3)[1].Property;
        _host.Spoil = text =>
        {
            var at = text.IndexOf($"{{\"id\":\"{bad}\",\"city\"", StringComparison.Ordinal);
            var from = at < 0 ? -1 : text.IndexOf(right, at, StringComparison.Ordinal);
            return from < 0 ? text : text[..from] + wrong + text[(from + right.Length)..];
        };

        var progress = await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal((2, 1), (progress.Processed, progress.Failed));
        var refusal = Assert.Single(await RefusalsAsync());
        Assert.Equal(("property", bad, bad), (refusal.Kind, refusal.HostId, refusal.HostPropertyId));
        Assert.True(
            reason.EndsWith('*') ? refusal.Reason == "unreadable" : $"{refusal.Reason} {refusal.Detail}" == reason || (refusal.Reason == "unreadable" && reason == "unreadable "),
            $"{refusal.Reason} {refusal.Detail}");
        _host.Spoil = text => text;
        await _world.SyncAsync(SyncKind.Properties, full: true);
        Assert.Empty(await RefusalsAsync());
        Assert.Equal(3, await _world.ScalarAsync<int>("SELECT count(*) FROM public.properties"));
        Assert.Single((await _world.Get<SyncRefusals>().ListAsync(Agent, "urubici", true, null, 10, CancellationToken.None)).Value.Items);
    }

    [Fact]
    public async Task What_is_no_record_at_all_is_refused_alone()
    {
        Fill(2);
        _host.Spoil = text => text.Replace("\"items\":[", "\"items\":[null,7,\"x\",[],nonsense,{},{\"id\":\"no uuid\"},", StringComparison.Ordinal);

        Assert.Equal((2, 7), await CountsAsync(SyncKind.Properties));
        Assert.Equal((2, 7), await CountsAsync(SyncKind.RoomTypes));
        Assert.Equal((60, 7), await CountsAsync(SyncKind.Availability));
        Assert.All(await RefusalsAsync(), r => Assert.Equal((Guid.Empty, "unreadable"), (r.HostId, r.Reason)));
    }

    [Fact]
    public async Task A_page_that_cannot_be_cut_into_records_fails_the_job()
    {
        Fill(1);
        _host.Spoil = text => text[..^30];
        await Assert.ThrowsAsync<HostSyncException>(() => _world.SyncAsync(SyncKind.Properties));
    }

    [Fact]
    public async Task Ten_megabytes_of_description_are_one_refused_record()
    {
        Fill(3);
        _host.Properties[1]["description"] = new string('x', 10 * 1024 * 1024);

        Assert.Equal((2, 1), await CountsAsync(SyncKind.Properties));
        Assert.Equal("oversize", Assert.Single(await RefusalsAsync()).Reason);
    }

    [Fact]
    public async Task Wrong_parts_of_a_room_type_refuse_it_and_name_its_property()
    {
        var rooms = Fill(5);
        _host.RoomTypes[0]["beds"] = new JsonArray((JsonNode?)null);
        _host.RoomTypes[1]["rate_plan"]!["length_of_stay_discounts"] = new JsonArray((JsonNode?)null);
        _host.RoomTypes[2]["rate_plan"] = null;
        _host.RoomTypes[3]["beds"] = new JsonArray(new JsonObject { ["kind"] = "double", ["count"] = -1 });
        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal((1, 4), await CountsAsync(SyncKind.RoomTypes));

        var refusals = await RefusalsAsync();
        Assert.Equal(rooms.Take(4).Select(r => r.Property).Order(), refusals.Select(r => r.HostPropertyId!.Value).Order());
        Assert.All(refusals, r => Assert.NotNull(r.PropertyId));
    }

    [Fact]
    public async Task A_wrong_night_is_refused_and_the_nights_beside_it_are_written()
    {
        var (_, room) = Fill(2)[0];
        var nights = _host.Availability[0].Nights;
        nights[3]["date"] = "2026-02-30";
        nights[5]["price"] = "free";
        nights[7]["price"] = -5;
        nights[9]["allotment"] = null;
        nights[11]["date"] = "2026-01-01\0";
        _host.Availability[0].Nights.AddRange(HostRecord.Nights(Today.AddDays(30), 370));
        await _world.SyncAsync(SyncKind.Properties);
        await _world.SyncAsync(SyncKind.RoomTypes);

        // 400 nights, of which 35 are beyond the calendar and 5 are none.
        Assert.Equal((360 + 30, 40), await CountsAsync(SyncKind.Availability));

        var refusals = (await RefusalsAsync()).Where(r => r.HostId == room).ToDictionary(r => r.Reason);
        Assert.Equal(["2026-01-01?", "2026-02-30", "2026-03-07", "2026-03-11"], refusals["unreadable"].Nights);
        Assert.Equal(["2026-03-09"], refusals["invalid_price"].Nights);
        Assert.Equal(31, refusals["night_out_of_range"].Nights.Count);
        Assert.Equal("failed", await StatusAsync(0));
        Assert.Equal("synced", await StatusAsync(1));
    }

    [Fact]
    public async Task A_refused_night_is_cleared_when_it_comes_right_among_changes()
    {
        var (_, room) = Fill(1)[0];
        await _world.SyncAllAsync();
        _host.Version = 2;
        _host.Availability[0].Nights[3] = HostRecord.Night(Today.AddDays(3), price: -1, version: 2);
        _host.Availability[0].Nights[4] = HostRecord.Night(Today.AddDays(4), price: -1, version: 2);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(2, Assert.Single(await RefusalsAsync()).Nights.Count);

        _host.Version = 3;
        _host.Availability[0].Nights[3] = HostRecord.Night(Today.AddDays(3), price: 5, version: 3);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Equal(["2026-03-06"], Assert.Single(await RefusalsAsync()).Nights);

        _host.Version = 4;
        _host.Availability[0].Nights[4] = HostRecord.Night(Today.AddDays(4), price: 5, version: 4);
        await _world.SyncAsync(SyncKind.Availability);
        Assert.Empty(await RefusalsAsync());
        Assert.Equal("synced", await StatusAsync(0));
    }

    [Fact]
    public async Task A_refused_record_that_the_host_lists_no_more_is_cleared_by_a_full_reading()
    {
        Fill(2);
        _host.Properties[0]["cleaning_fee"] = -1;
        await _world.SyncAsync(SyncKind.Properties);
        _host.Properties.RemoveAt(0);
        Assert.Single(await RefusalsAsync());

        await _world.SyncAsync(SyncKind.Properties, full: true);

        Assert.Empty(await RefusalsAsync());
        Assert.Equal(0, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.property_retries"));
    }

    [Fact]
    public async Task The_list_is_bounded_and_read_page_by_page()
    {
        await _world.DisposeAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url, ("Reserve:HostSync:MostRefusals", "5"));
        Fill(9);
        foreach (var property in _host.Properties)
            property["cleaning_fee"] = -1;

        Assert.Equal((0, 9), await CountsAsync(SyncKind.Properties));

        var list = _world.Get<SyncRefusals>();
        var first = (await list.ListAsync(Agent, null, false, null, 3, CancellationToken.None)).Value;
        var second = (await list.ListAsync(Agent, null, false, first.Next, 3, CancellationToken.None)).Value;
        Assert.Equal((3, 2, null), (first.Items.Count, second.Items.Count, second.Next));
        Assert.Equal(5, first.Items.Concat(second.Items).DistinctBy(r => r.HostId).Count());
        Assert.Equal("invalid_cursor", (await list.ListAsync(Agent, null, false, "xx", 3, CancellationToken.None)).Refusal?.Code);
    }

    private List<(Guid Property, Guid Room)> Fill(int properties)
    {
        List<(Guid, Guid)> all = [];
        for (var i = 0; i < properties; i++)
        {
            var (property, room) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            _host.Properties.Add(HostRecord.Property(property, $"Casa {i}"));
            _host.RoomTypes.Add(HostRecord.RoomType(room, property));
            _host.Availability.Add((room, HostRecord.Nights(Today, 30)));
            all.Add((property, room));
        }

        return all;
    }

    private async Task<(int, int)> CountsAsync(SyncKind kind)
    {
        var progress = await _world.SyncAsync(kind);
        return (progress.Processed, progress.Failed);
    }

    private async Task<IReadOnlyList<SyncRefusal>> RefusalsAsync() =>
        (await _world.Get<SyncRefusals>().ListAsync(Agent, "urubici", false, null, 100, CancellationToken.None)).Value.Items;

    private Task<string> StatusAsync(int property) =>
        _world.ScalarAsync<string>("SELECT sync_status FROM reserve.properties_map WHERE name = @Name", new { Name = $"Casa {property}" });
}
