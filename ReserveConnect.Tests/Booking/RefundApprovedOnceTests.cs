using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Support;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;
using static ReserveConnect.Tests.Booking.Approving;

namespace ReserveConnect.Tests.Booking;

/// <summary>However often a large refund is ordered and decided, and whoever dies meanwhile, it goes back once or not at all.</summary>
public sealed class RefundApprovedOnceTests(CarefulMarketplace market) : IClassFixture<CarefulMarketplace>, IAsyncLifetime
{
    private const decimal Large = 80m;
    private Somebody _chief = null!;
    private Somebody _other = null!;

    public async Task InitializeAsync() => (_chief, _other) = (await market.SeedAsync("supervisor"), await market.SeedAsync("supervisor"));

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Approved_twice_it_is_one_refund_and_nobody_else_decides_it_again()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, Large));

        var pressed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.ResolveAsync(exception, market.TokenOf(_other), new { action = "approve" })));
        var again = await market.OrderAsync(exception, market.TokenOf(_other), new { action = "approve" });

        Assert.All(pressed, answer => Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}"));
        Assert.Equal(("resolved", "approved"), (again.Body["status"]!.GetValue<string>(), again.Body["resolution_action"]!.GetValue<string>()));
        (await market.ResolveAsync(exception, market.TokenOf(await market.SeedAsync("supervisor")), new { action = "approve" })).Refused(HttpStatusCode.Conflict, "exception_closed");
        await market.BackAsync(booking, Large);
        Assert.Equal(1, await market.RefundsAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(20261123)]
    [InlineData(20261124)]
    [InlineData(20261125)]
    public async Task Of_supervisors_who_approve_and_dismiss_it_at_once_one_decides_and_the_money_does_what_was_decided(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), Large));
        object[] orders = [new { action = "approve" }, new { action = "dismiss", notes = "no" }, new { action = "approve" }, new { action = "dismiss", notes = "no" }];
        random.Shuffle(orders);

        var answers = await Task.WhenAll(orders.Select(order => market.ResolveAsync(exception, market.TokenOf(random.Next(2) == 0 ? _chief : _other), order)));

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{answer.Status} {answer.Body}"));
        var (status, _, _) = await market.UntilClosedAsync(exception);
        Assert.Equal(status == "resolved" ? 1 : 0, await market.RefundsAsync(booking));
        await market.BackAsync(booking, status == "resolved" ? Large : 0m);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_approval_that_no_longer_stands_when_it_is_carried_out_moves_nothing()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, Large));
        var approve = market.Services.GetRequiredService<ApproveRefund>();
        var database = market.Services.GetRequiredService<ReserveDatabase>();
        var seen = (await database.TransactAsync(unit => LockedException.FindAsync(unit, exception), CancellationToken.None))!;

        // Nobody has approved it; or whoever ordered it has, past the rules; or somebody has dismissed it since.
        Assert.Equal("approval_withdrawn", (await approve.RunAsync(seen, CancellationToken.None))!.Code);
        await market.DecideAsync(exception, _chief);
        Assert.Equal("approval_withdrawn", (await approve.RunAsync(seen, CancellationToken.None))!.Code);
        await market.DecideAsync(exception, _other);
        await market.OrderAsync(exception, market.TokenOf(_other), new { action = "dismiss", notes = "no" });
        Assert.Equal("exception_closed", (await approve.RunAsync(seen, CancellationToken.None))!.Code);

        await market.NothingMovedAsync(booking);
    }

    [Fact]
    public async Task The_same_order_given_again_is_the_same_exception()
    {
        var booking = await market.BookStayAsync();
        var (agent, key) = (await market.SeedAsync("agent"), Guid.CreateVersion7().ToString());
        var first = WaitingOf(await market.OrderRefundAsync(booking, agent, Large, key: key));

        Assert.Equal(first, WaitingOf(await market.OrderRefundAsync(booking, agent, Large, key: key)));
        Assert.Equal(first, WaitingOf(await market.OrderRefundAsync(booking, agent, Large)));
        Assert.Equal(first, WaitingOf(await market.OrderRefundAsync(booking, _chief, Large, key: Guid.CreateVersion7().ToString())));
        Assert.NotEqual(first, WaitingOf(await market.OrderRefundAsync(booking, agent, Large, "property")));
        Assert.NotEqual(first, WaitingOf(await market.OrderRefundAsync(booking, agent, Large + 1m)));
        Assert.Equal(3, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE reservation_id = @ReservationId", booking));

        // The first answer was lost, and somebody has approved it since.
        await market.OrderAsync(first, market.TokenOf(_other), new { action = "approve" });
        await market.BackAsync(booking, Large);
        await market.ReadAsync<object?>("UPDATE reserve.answered_requests SET answered_at = NULL, answer = NULL, claim = NULL WHERE function = 'refund_booking'");
        var late = await market.OrderRefundAsync(booking, agent, Large, key: key);
        Assert.Equal(first, late.Body["exception_id"]!.GetValue<Guid>());
        Assert.Equal(Large, Assert.Single(late.Body["refunds"]!.AsArray())!["amount"]!.GetValue<decimal>());
        Assert.Equal(1, await market.RefundsAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_approval_that_a_process_left_behind_is_carried_out_by_the_minute_timer()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, Large));
        await market.DecideAsync(exception, _other);

        market.Clock.Advance(TimeSpan.FromMinutes(3));
        await market.RunJobAsync("expire_intents");

        Assert.Equal(("resolved", "approved", _other.AccountId), await market.UntilClosedAsync(exception));
        await market.BackAsync(booking, Large);
        Assert.Equal(1, await market.RefundsAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_was_approved_before_the_process_died_goes_back_once_it_lives_again()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, Large));
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/refunds", count = 1 });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/refunds", count = (int?)null });
        await market.OrderAsync(exception, market.TokenOf(_other), new { action = "approve" });

        await market.RestartFunctionsAsync();
        await market.CalmAsync();

        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
        await market.BackAsync(booking, Large);
        Assert.Equal(1, await market.RefundsAsync(booking));
        await market.ExpectSoundAsync();
    }
}
