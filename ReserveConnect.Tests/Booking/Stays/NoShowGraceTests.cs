using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>Guests who do not come, under a policy that gives them something back.</summary>
public sealed class NoShowGraceTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task What_the_policy_gives_back_does_not_hang_on_who_looks_when(int gift)
    {
        var coming = await GraciousAsync();
        if (gift > 0)
        {
            await market.GiveAsync(new(coming.Held, coming.Code, coming.Id), gift, "platform");
        }

        // The timer and the person are days behind: check-in was 48 hours ago and more.
        market.GoTo(coming.Stay.CheckIn.AddDays(3), 12);
        await market.ProcessStaysAsync();
        Assert.Equal("confirmed", await market.StatusOfAsync(coming));
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "no_show_refund");
        market.Clock.Advance(TimeSpan.FromHours(26));
        await market.ProcessStaysAsync();
        Assert.Equal("confirmed", await market.StatusOfAsync(coming));
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "cancel_and_refund" });

        await Marketplace.EventuallyAsync(async () => await market.StatusOfAsync(coming) == "cancelled", () => market.Complaints);
        Assert.Equal(coming.Held.Total - decimal.Round(coming.Held.Total / 2, 2) - gift, await market.MoneyAtProvidersAsync(coming.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_gift_of_more_than_the_rest_does_not_keep_a_no_show_from_being_cancelled()
    {
        var coming = await GraciousAsync();
        await market.GiveAsync(new(coming.Held, coming.Code, coming.Id), coming.Held.Total - 10m, "platform");
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "no_show_refund");

        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "cancel_and_refund" });

        await Marketplace.EventuallyAsync(async () => await market.StatusOfAsync(coming) == "cancelled", () => market.Complaints);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_supervisor_who_dismisses_the_refund_has_the_no_show_recorded_without_it()
    {
        var coming = await GraciousAsync();
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "no_show_refund");
        var dismissal = new { action = "dismiss", notes = "the guest wants none" };
        (await market.ResolveAsync(exception, market.TokenOf(await market.SeedAsync("agent")), dismissal))
            .Refused(System.Net.HttpStatusCode.Forbidden, "supervisor_required");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("supervisor")), dismissal);

        await market.ProcessStaysAsync();

        Assert.Equal("no_show", await market.StatusOfAsync(coming));
        Assert.Equal(coming.Held.Total, await market.MoneyAtProvidersAsync(coming.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_comes_late_after_all_has_no_refund_waiting()
    {
        var coming = await GraciousAsync();
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "no_show_refund");

        await market.CheckInAsync(coming, market.TokenOf(await market.SeedAsync("agent")));

        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
    }

    private async Task<Coming> GraciousAsync()
    {
        var coming = await market.BookSoonAsync(2);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """UPDATE reserve.reservations SET cancellation_policy = '{"code":"gracious","name":"Gracious","tiers":[{"hours_before_check_in":-48,"refund_percentage":50}]}' WHERE id = @Id""",
            new { coming.Id });
        return coming;
    }
}
