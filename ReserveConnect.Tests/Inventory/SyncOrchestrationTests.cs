using System.Globalization;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class SyncOrchestrationTests : IAsyncLifetime
{
    private readonly InventoryMarketplace _market = new();

    public Task InitializeAsync() => _market.InitializeAsync();

    public Task DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_host_that_stumbles_is_asked_again_and_one_that_stays_down_fails_the_job()
    {
        await Marketplace.FaultAsync(_market.Host, new { kind = "status", path = "*/availability", count = 2 });
        await SyncAsync();
        Assert.Equal("completed", await LastAsync());

        await Marketplace.FaultAsync(_market.Host, new { kind = "cut_before_work", path = "*/availability", count = 3 });
        await SyncAsync();
        Assert.Equal("failed", await LastAsync());
        Assert.Equal(1, await _market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'sync.failed'"));

        await SyncAsync();
        Assert.Equal("completed", await LastAsync());
    }

    [Fact]
    public async Task What_changes_at_the_host_is_found_after_the_next_sync_when_its_webhook_is_lost()
    {
        await Marketplace.WebhookRuleAsync(_market.Host, new { action = "drop", type = "availability.changed" });
        var stay = await _market.FreeStayAsync(rooms: 1);
        var room = await _market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", new { stay.UnitId });
        using var answer = await _market.Host.PutAsync("/control/nights", System.Net.Http.Json.JsonContent.Create(new
        {
            room_type_id = room,
            from = stay.CheckIn,
            to = stay.CheckOut,
            price = 777.00m,
        }));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.DoesNotContain("777.00", await QuoteAsync(stay), StringComparison.Ordinal);

        await SyncAsync();

        Assert.Contains("777.00", await QuoteAsync(stay), StringComparison.Ordinal);
    }

    private async Task<string> QuoteAsync(Stay stay) => await _market.Api.GetStringAsync(new Uri(string.Create(
        CultureInfo.InvariantCulture, $"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:O}&check_out={stay.CheckOut:O}&adults=1"), UriKind.Relative));

    private async Task SyncAsync()
    {
        var before = await EndedAsync();
        await _market.RunJobAsync("sync_host_availability");
        // The orchestration ends a little after its job; until then a second start would be none.
        await Marketplace.EventuallyAsync(
            async () => await EndedAsync() > before && await InstanceAsync() is "completed" or "failed",
            () => $"the sync did not end: {_market.Complaints}");
    }

    private async Task<string?> InstanceAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/jobs/sync_host_availability?instance=sync-availability-urubici");
        request.Headers.Add("X-Operator-Key", "operator-key-of-the-tests");
        var instance = Assert.Single((await _market.SendAsync(request)).Body["instances"]!.AsArray())!;
        return (string)instance["status"]! == "running" ? null : (string?)instance["output"];
    }

    private Task<long> EndedAsync() => _market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.sync_jobs WHERE job_type = 'availability_sync' AND status <> 'running'");

    private Task<string> LastAsync() => _market.ReadAsync<string>(
        "SELECT status FROM reserve.sync_jobs WHERE job_type = 'availability_sync' ORDER BY started_at DESC, id DESC LIMIT 1");
}
