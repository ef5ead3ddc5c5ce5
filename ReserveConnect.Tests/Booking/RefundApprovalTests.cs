using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;
using static ReserveConnect.Tests.Booking.Approving;

namespace ReserveConnect.Tests.Booking;

/// <summary>Four eyes: what is too much for one person to give back, another approves.</summary>
public sealed class RefundApprovalTests(CarefulMarketplace market) : IClassFixture<CarefulMarketplace>, IAsyncLifetime
{
    private const decimal Large = 80m;
    private Somebody _chief = null!;
    private Somebody _other = null!;

    public async Task InitializeAsync() => (_chief, _other) = (await market.SeedAsync("supervisor"), await market.SeedAsync("supervisor"));

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public void The_limit_is_that_of_the_design() => Assert.Equal(5_000.00m, new PaymentOptions().RefundApprovalLimit);

    [Theory]
    [InlineData("agent", "platform", "card")]
    [InlineData("supervisor", "property", "card")]
    [InlineData("admin", "platform", "pix")]
    public async Task What_one_orders_and_a_supervisor_approves_goes_back_once(string role, string chargedTo, string method)
    {
        var booking = await market.BookStayAsync(method: method);
        var orderer = await market.SeedAsync(role);

        var ordered = await market.OrderRefundAsync(booking, orderer, Large, chargedTo);

        Assert.Equal(booking.Held.Total, ordered.Body["remaining"]!.GetValue<decimal>());
        var exception = WaitingOf(ordered);
        await market.NothingMovedAsync(booking);
        var shown = await ShownAsync(exception);
        Assert.Equal(("open", "medium", "supervisor", booking.Code), (Text(shown, "status"), Text(shown, "severity"), Text(shown, "owner_role"), Text(shown, "confirmation_code")));
        Assert.Equal((Large, "the roof leaked", orderer.AccountId), (shown["context"]!["amount"]!.GetValue<decimal>(), Text(shown["context"]!, "reason"), shown["context"]!["ordered_by"]!.GetValue<Guid>()));
        Assert.Equal(TimeSpan.FromHours(24), shown["due_at"]!.GetValue<DateTimeOffset>() - shown["created_at"]!.GetValue<DateTimeOffset>());

        var approved = await market.OrderAsync(exception, market.TokenOf(_chief), new { action = "approve" });

        Assert.Equal((HttpStatusCode.OK, "resolved", "approved"), (approved.Status, Text(approved.Body, "status"), Text(approved.Body, "resolution_action")));
        Assert.Equal(_chief.AccountId, approved.Body["resolved_by"]!.GetValue<Guid>());
        await market.BackAsync(booking, Large);
        Assert.Equal("the roof leaked", await market.ReadAsync<string>("SELECT note FROM reserve.refunds WHERE reservation_id = @ReservationId", booking));
        Assert.Equal(chargedTo == "platform" ? -Large : 0m, await market.BalanceAsync(booking, "refund_expense"));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE aggregate_id = @exception AND event_type = 'exception.raised'", new { exception }));
        Assert.Equal([("refund_ordered", $"{role}:{orderer.AccountId}"), ("refunded", $"supervisor:{_chief.AccountId}")], await AuditAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("supervisor")]
    [InlineData("admin")]
    public async Task Whoever_ordered_it_does_not_approve_it_and_may_take_it_back(string role)
    {
        var booking = await market.BookStayAsync();
        var orderer = await market.SeedAsync(role);
        var exception = WaitingOf(await market.OrderRefundAsync(booking, orderer, Large));

        (await market.ResolveAsync(exception, market.TokenOf(orderer), new { action = "approve" })).Refused(HttpStatusCode.Forbidden, "own_refund_order");
        Assert.Equal("open", Text(await ShownAsync(exception), "status"));
        await market.OrderAsync(exception, market.TokenOf(orderer), new { action = "dismiss", notes = "a slip of the pen" });

        (await market.ResolveAsync(exception, market.TokenOf(_chief), new { action = "approve" })).Refused(HttpStatusCode.Conflict, "exception_closed");
        await market.NothingMovedAsync(booking);
    }

    [Fact]
    public async Task An_agent_neither_approves_nor_dismisses_it()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, Large));
        var agent = market.TokenOf(await market.SeedAsync("agent"));

        (await market.ResolveAsync(exception, agent, new { action = "approve" })).Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.ResolveAsync(exception, agent, new { action = "dismiss", notes = "no" })).Refused(HttpStatusCode.Forbidden, "supervisor_required");

        Assert.Equal("open", Text(await ShownAsync(exception), "status"));
        await market.NothingMovedAsync(booking);
    }

    [Fact]
    public async Task What_is_no_longer_there_to_give_is_refused_with_what_remains_and_still_waits()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, _chief, booking.Held.Total));
        await market.OrderAsync(WaitingOf(await market.OrderRefundAsync(booking, _chief, Large)), market.TokenOf(_other), new { action = "approve" });
        await market.BackAsync(booking, Large);

        var refused = await market.ResolveAsync(exception, market.TokenOf(_other), new { action = "approve" });

        refused.Refused(HttpStatusCode.UnprocessableEntity, "refund_amount_invalid");
        Assert.Equal(booking.Held.Total - Large, refused.Body["remaining"]!.GetValue<decimal>());
        var shown = await ShownAsync(exception);
        Assert.Equal(("in_progress", null), (Text(shown, "status"), shown["pending_action"]?.GetValue<string>()));
        Assert.Equal(1, await market.RefundsAsync(booking));

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(250));
        refused = await market.ResolveAsync(exception, market.TokenOf(_other), new { action = "approve" });
        refused.Refused(HttpStatusCode.UnprocessableEntity, "refund_amount_invalid");
        Assert.Equal(0m, refused.Body["remaining"]!.GetValue<decimal>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Dismissed_it_moves_nothing_and_says_who_and_why()
    {
        var booking = await market.BookStayAsync();
        var exception = WaitingOf(await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), Large));
        (await market.ResolveAsync(exception, market.TokenOf(_chief), new { action = "dismiss" })).Refused(HttpStatusCode.UnprocessableEntity, "notes_required");

        var dismissed = await market.OrderAsync(exception, market.TokenOf(_chief), new { action = "dismiss", notes = "the roof is new" });

        Assert.Equal(("dismissed", "the roof is new"), (Text(dismissed.Body, "status"), Text(dismissed.Body, "resolution_notes")));
        Assert.Equal(_chief.AccountId, dismissed.Body["resolved_by"]!.GetValue<Guid>());
        await market.NothingMovedAsync(booking);
        // It waits no longer, and does not count any more.
        Assert.Null((await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), CarefulMarketplace.Limit)).Body["exception_id"]);
        await market.BackAsync(booking, CarefulMarketplace.Limit);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task In_parts_it_is_as_much_as_at_once()
    {
        var booking = await market.BookStayAsync();
        Assert.Null((await market.OrderRefundAsync(booking, _chief, 40m)).Body["exception_id"]);
        // By somebody else, and beyond the limit by a cent.
        var first = WaitingOf(await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), 20.01m, "property"));
        // What waits counts: with it this is too much, though without it it is not.
        var second = WaitingOf(await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), 10m));
        Assert.NotEqual(first, second);
        await market.BackAsync(booking, 40m);

        await market.OrderAsync(second, market.TokenOf(_other), new { action = "approve" });
        await market.OrderAsync(first, market.TokenOf(_other), new { action = "approve" });
        await market.BackAsync(booking, 70.01m);

        // What was approved was given all the same.
        WaitingOf(await market.OrderRefundAsync(booking, _chief, 0.01m));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Up_to_the_limit_nobody_is_asked()
    {
        var booking = await market.BookStayAsync();

        Assert.Null((await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), 40m)).Body["exception_id"]);
        Assert.Null((await market.OrderRefundAsync(booking, await market.SeedAsync("agent"), CarefulMarketplace.Limit - 40m)).Body["exception_id"]);

        await market.BackAsync(booking, CarefulMarketplace.Limit);
        await market.ExpectSoundAsync();
    }

    private async Task<JsonNode> ShownAsync(Guid exception) =>
        (await market.GetAsync("admin/exceptions?type=refund_approval&limit=200", market.TokenOf(_other))).Body["items"]!.AsArray().Single(item => item!["id"]!.GetValue<Guid>() == exception)!;

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task<IReadOnlyList<(string Action, string Actor)>> AuditAsync(Stands booking)
    {
        await using var connection = await market.OpenAsync();
        return (await connection.QueryAsync<(string, string)>(
            "SELECT action, actor FROM reserve.audit_logs WHERE entity_type = 'reservation' AND entity_id = @ReservationId AND action LIKE 'refund%' ORDER BY id", booking)).AsList();
    }
}
