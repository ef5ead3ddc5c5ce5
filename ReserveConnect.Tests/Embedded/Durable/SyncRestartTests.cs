using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>What the journal is for; the in-memory hub of the other engine forgets what was in work.</summary>
public sealed class SyncRestartTests : IAsyncLifetime
{
    private readonly InventoryMarketplace _market = new();

    public Task InitializeAsync() => _market.InitializeAsync();

    public Task DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_sync_goes_on_where_it_was_when_the_host_of_the_functions_restarts()
    {
        var before = await _market.ReadAsync<long>("SELECT count(*) FROM reserve.sync_jobs");
        await Marketplace.FaultAsync(_market.Host, new { kind = "slow", path = "*/availability", count = 3, delay_ms = 400 });
        await _market.RunJobAsync("sync_host_availability");
        await Marketplace.EventuallyAsync(
            async () => await _market.ReadAsync<long>("SELECT count(*) FROM reserve.sync_jobs WHERE status = 'running' AND records_processed > 0") == 1,
            () => "no page is done");

        await _market.RestartFunctionsAsync();

        await Marketplace.EventuallyAsync(async () => await LastAsync() == "completed", () => "the sync did not end");
        Assert.Equal(before + 1, await _market.ReadAsync<long>("SELECT count(*) FROM reserve.sync_jobs"));
    }

    private Task<string> LastAsync() => _market.ReadAsync<string>(
        "SELECT status FROM reserve.sync_jobs WHERE job_type = 'availability_sync' ORDER BY started_at DESC, id DESC LIMIT 1");
}
