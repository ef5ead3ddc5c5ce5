using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace that looks for a Host that was silent for too long.</summary>
public sealed class LookingMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Booking:HostSilenceInterval", "00:01:00")];
}

/// <summary>A Host that comes back while a person may still decide what becomes of the paid bookings that it did not answer to.</summary>
public sealed class HostBackTests(LookingMarketplace market) : IClassFixture<LookingMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("status")]
    [InlineData("cut_after_work")]
    public async Task The_booking_is_made_and_nobody_has_to_be_asked(string kind)
    {
        var held = await FailedAsync(kind);
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        await MinutesAsync(5);
        Assert.Equal("host_commit_failed", await market.StatusAsync(held.IntentId));

        await market.CalmAsync();
        await SkipUntilAsync(held, "confirmed");

        Assert.Equal("resolved retry", await market.ReadAsync<string>("SELECT status || ' ' || resolution_action FROM reserve.exceptions WHERE id = @exception", new { exception }));
        Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_host_that_comes_and_goes_is_for_a_person_to_judge()
    {
        // It reads, and does not book.
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "POST", path = "/v1/bookings*", count = 100_000 });
        var held = await PaidAsync();
        await SkipUntilAsync(held, "host_commit_failed");
        await market.SkipSecondsUntilAsync(async () => await FailuresAsync(held) == 2);
        await market.SkipSecondsUntilAsync(async () => await market.StatusAsync(held.IntentId) == "host_commit_failed");

        await MinutesAsync(10);
        Assert.Equal((2, "host_commit_failed"), (await FailuresAsync(held), await market.StatusAsync(held.IntentId)));

        var second = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        await market.OrderAsync(second, market.TokenOf(await market.SeedAsync("agent")), new { action = "cancel_and_refund" });
        await market.UntilAsync(held.IntentId, "cancelled");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_somebody_has_in_hand_is_theirs()
    {
        var held = await FailedAsync("status");
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await market.AssignAsync(exception, agent, new { })).Status);

        await market.CalmAsync();
        await MinutesAsync(5);

        Assert.Equal((1, "host_commit_failed"), (await FailuresAsync(held), await market.StatusAsync(held.IntentId)));
        await market.OrderAsync(exception, agent, new { action = "retry" });
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_the_host_refused_is_not_asked_again()
    {
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await PaidAsync();
        await market.UntilAsync(held.IntentId, "host_commit_failed");

        await MinutesAsync(10);

        Assert.Equal((1, "host_commit_failed"), (await FailuresAsync(held), await market.StatusAsync(held.IntentId)));
        market.Clock.Advance(TimeSpan.FromMinutes(21));
        await market.UntilAsync(held.IntentId, "cancelled");
        await market.ExpectSoundAsync();
    }

    private async Task<Held> FailedAsync(string kind)
    {
        await Queueing.SilenceAsync(market, kind);
        var held = await PaidAsync();
        await SkipUntilAsync(held, "host_commit_failed");
        return held;
    }

    private async Task<Held> PaidAsync() => await market.PayByCardAsync(await market.FreeStayAsync());

    private Task SkipUntilAsync(Held held, string status) => market.SkipSecondsUntilAsync(async () => await market.StatusAsync(held.IntentId) == status);

    private Task<long> FailuresAsync(Held held) => market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'host_booking_failed'", held);

    // Minute by minute, and after each of them everything that was due is done.
    private async Task MinutesAsync(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            market.Clock.Advance(TimeSpan.FromMinutes(1));
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL") == 0, () => "events are left");
            await Task.Delay(60);
        }
    }
}
