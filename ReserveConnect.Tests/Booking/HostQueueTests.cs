using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace that takes the Host for down after two calls that failed.</summary>
public sealed class WaryMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [new("Reserve:HostConnect:CircuitMinimumCalls", "2"), new("Reserve:HostConnect:CircuitBreak", "00:00:01")];
}

/// <summary>Paid bookings while the Host is known to be down.</summary>
public sealed class HostQueueTests(WaryMarketplace market) : IClassFixture<WaryMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task They_wait_their_guests_are_told_and_they_are_booked_when_it_is_back()
    {
        var stays = new List<Stay>();
        await HostIsDownAsync();
        var held = new List<Held>();
        for (var guests = 0; guests < 4; guests++)
        {
            held.Add(await market.PayByCardAsync(await market.FreeStayAsync()));
        }

        foreach (var booking in held)
        {
            await WaitsAsync(booking);
        }

        await market.CalmAsync();
        foreach (var booking in held)
        {
            await BookedAsync(booking);
            Assert.Null((await IntentAsync(booking)).Body["waits_for"]);
            Assert.Equal(1, await market.ReadAsync<long>(
                "SELECT count(*) FROM reserve.events WHERE event_type = 'booking.waits_for_host' AND aggregate_id = @IntentId", booking));
        }

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task They_do_not_wait_for_ever()
    {
        await HostIsDownAsync();
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await WaitsAsync(held);

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                return await market.StatusAsync(held.IntentId) == "host_commit_failed";
            },
            () => "it waits on");

        Assert.Null((await IntentAsync(held)).Body["waits_for"]);
        await market.CalmAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    private async Task HostIsDownAsync()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = 100_000 });
        var host = market.Services.GetRequiredService<HostConnectClient>();
        await Marketplace.EventuallyAsync(
            async () => await host.FindBookingByKey($"{Guid.CreateVersion7()}", CancellationToken.None) is ProviderAnswer<HostBooking?>.NotSent,
            () => "the circuit does not open");
    }

    private async Task WaitsAsync(Held held) => await Marketplace.EventuallyAsync(
        async () =>
        {
            var intent = await IntentAsync(held);
            return intent.Body["waits_for"]?.GetValue<string>() == "property_system";
        },
        () => $"it does not wait: {market.Complaints}");

    private async Task BookedAsync(Held held) => await Marketplace.EventuallyAsync(
        async () =>
        {
            market.Clock.Advance(TimeSpan.FromSeconds(5));
            return await market.StatusAsync(held.IntentId) == "confirmed";
        },
        () => $"it is not booked: {market.Complaints}");

    private async Task<Answer> IntentAsync(Held held)
    {
        var answer = await market.SendAsync(new(HttpMethod.Get, $"/api/booking-intents/{held.IntentId}"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer;
    }
}
