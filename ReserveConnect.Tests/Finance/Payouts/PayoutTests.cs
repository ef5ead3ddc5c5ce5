using System.Globalization;
using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>Properties are paid what they are owed, once, and the books say so.</summary>
public sealed class PayoutTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>
{
    [Fact]
    public async Task A_property_is_paid_what_it_is_owed_and_the_books_say_so()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 800m, 50m);

        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(850m, await market.ReceivedAsync(property));
        Assert.Equal(0m, await market.OwedAsync(property));
        var detail = await market.PayoutAsync(payout);
        Assert.Equal(850m, detail["payout"]!["net"]!.GetValue<decimal>());
        Assert.Equal([800m, 50m], detail["lines"]!.AsArray().Select(l => l!["amount"]!.GetValue<decimal>()));
        Assert.Equal(850m, await market.ReadAsync<decimal>(
            "SELECT l.amount FROM reserve.ledger_transactions t JOIN reserve.financial_ledger l ON l.transaction_id = t.id WHERE t.business_key = @key AND l.account = 'cash_stripe' AND l.direction = 'credit' AND l.stripe_transfer_id IS NOT NULL",
            new { key = $"payout:{payout}" }));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'payout.completed' AND aggregate_id = @payout", new { payout }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Of_a_pix_the_IOF_is_withheld()
    {
        var property = await market.PayeeAsync(pixKey: $"{Guid.CreateVersion7()}");
        await market.OweAsync(property, 850m);

        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        // 850.00 x 0.38 % = 3.23
        var sent = Assert.Single(await market.SentByPixAsync(), p => Text(p, "external_reference") == $"{payout:N}")!;
        Assert.Equal(846.77m, sent["amount"]!.GetValue<decimal>());
        Assert.Equal(3.23m, await market.ReadAsync<decimal>(
            "SELECT l.amount FROM reserve.ledger_transactions t JOIN reserve.financial_ledger l ON l.transaction_id = t.id WHERE t.business_key = @key AND l.account = 'tax_payable' AND l.tax_type = 'IOF'",
            new { key = $"payout:{payout}" }));
        Assert.Equal(0m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_large_payout_waits_for_somebody_else_and_is_approved_as_it_was_seen()
    {
        var (property, one, other) = (await market.PayeeAsync(), await market.SeedAsync("supervisor"), await market.SeedAsync("supervisor"));
        await market.OweAsync(property, PayoutMarketplace.ApprovalLimit + 0.01m);
        var payout = await market.OrderedAsync(property, one);

        Assert.Equal("pending_approval", Text((await market.PayoutAsync(payout))["payout"], "status"));
        Assert.Equal((HttpStatusCode.Forbidden, "own_request"), await ApproveAsync(payout, 1, one));
        Assert.Equal(HttpStatusCode.Forbidden, (await ApproveAsync(payout, 1, await market.SeedAsync("agent"))).Status);
        Assert.Equal((HttpStatusCode.Conflict, "payout_changed"), await ApproveAsync(payout, 2, other));
        Assert.Equal(0m, await market.ReceivedAsync(property));

        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 1, other)).Status);
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal((HttpStatusCode.Conflict, "payout_not_pending"), await ApproveAsync(payout, 1, other));
        Assert.Equal(PayoutMarketplace.ApprovalLimit + 0.01m, await market.ReceivedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_is_exactly_the_limit_needs_nobody()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, PayoutMarketplace.ApprovalLimit);

        await market.UntilPayoutAsync(await market.OrderedAsync(property), "completed");

        Assert.Equal(PayoutMarketplace.ApprovalLimit, await market.ReceivedAsync(property));
    }

    [Fact]
    public async Task Whoever_has_changed_where_the_money_goes_does_not_approve_it()
    {
        var changer = await market.SeedAsync("supervisor");
        var property = await market.PayeeAsync(by: changer);
        await market.OweAsync(property, 20_000m);

        var payout = await market.OrderedAsync(property);

        Assert.Equal((HttpStatusCode.Forbidden, "own_destination"), await ApproveAsync(payout, 1, changer));
    }

    [Fact]
    public async Task What_was_rejected_is_in_the_next_payout()
    {
        var (property, supervisor) = (await market.PayeeAsync(), await market.SeedAsync("supervisor"));
        await market.OweAsync(property, 20_000m);
        var payout = await market.OrderedAsync(property);

        Assert.Equal("reason_required", Text((await market.PostAsync($"admin/payouts/{payout}/reject", new { reason = " " }, market.TokenOf(supervisor))).Body, "code"));
        var rejected = await market.PostAsync($"admin/payouts/{payout}/reject", new { reason = "the owner sells" }, market.TokenOf(supervisor));
        Assert.Equal((HttpStatusCode.OK, "rejected"), (rejected.Status, Text(rejected.Body, "status")));
        var again = await market.PostAsync($"admin/payouts/{payout}/reject", new { reason = "the owner sells" }, market.TokenOf(supervisor));
        Assert.Equal((HttpStatusCode.Conflict, "payout_sent"), (again.Status, Text(again.Body, "code")));

        var next = await market.OrderedAsync(property);
        Assert.Equal(20_000m, (await market.PayoutAsync(next))["payout"]!["net"]!.GetValue<decimal>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_approval_is_reminded_of_and_not_waited_for_for_ever()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 20_000m);
        var payout = await market.OrderedAsync(property);

        market.Clock.Advance(TimeSpan.FromHours(25));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT reminded_at IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "nobody was reminded");
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_approval:{payout}:1" }));

        market.Clock.Advance(TimeSpan.FromHours(48));
        await market.UntilPayoutAsync(payout, "rejected");
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_approval:{payout}:1" }));
        Assert.Equal(20_000m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_is_taken_back_before_it_is_sent_is_deducted_and_approved_anew()
    {
        var (property, one, other) = (await market.PayeeAsync(), await market.SeedAsync("supervisor"), await market.SeedAsync("supervisor"));
        await market.OweAsync(property, 20_000m);
        var payout = await market.OrderedAsync(property);
        await market.AdjustAsync(property, -5_000m);

        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 1, one)).Status);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<int>("SELECT version FROM reserve.payouts WHERE id = @payout", new { payout }) == 2, () => "it has not changed");
        await market.UntilPayoutAsync(payout, "pending_approval");
        Assert.Equal(15_000m, (await market.PayoutAsync(payout))["payout"]!["net"]!.GetValue<decimal>());
        Assert.Equal((HttpStatusCode.Conflict, "payout_changed"), await ApproveAsync(payout, 1, other));

        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 2, other)).Status);
        await market.UntilPayoutAsync(payout, "completed");
        Assert.Equal(15_000m, await market.ReceivedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Less_than_nothing_is_carried_over_to_the_next()
    {
        var property = await market.PayeeAsync("per_booking");
        await market.OweAsync(property, -300m);
        await market.RunJobAsync("run_payouts");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE property_id = @property AND status = 'carried_over'", new { property }) == 1,
            () => $"nothing is carried over\n{market.Complaints}");
        Assert.Equal(0m, await market.OwedAsync(property));
        Assert.Equal(-300m, await market.OwedAsync(property, "payout_receivable"));
        await market.ExpectSoundAsync();

        await market.OweAsync(property, 1_000m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(700m, await market.ReceivedAsync(property));
        Assert.Equal(0m, await market.OwedAsync(property, "payout_receivable"));
        Assert.Equal(["adjustment", "carried_in"], (await market.PayoutAsync(payout))["lines"]!.AsArray().Select(l => Text(l, "kind")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_nobody_is_owed_is_not_paid()
    {
        var property = await market.PayeeAsync();
        Assert.Equal((HttpStatusCode.Conflict, "nothing_to_pay"), Of(await market.OrderAsync(property)));
        await market.OweAsync(property, -1m);
        Assert.Equal((HttpStatusCode.Conflict, "nothing_to_pay"), Of(await market.OrderAsync(property)));
        Assert.Equal((HttpStatusCode.NotFound, "property_not_found"), Of(await market.OrderAsync(Guid.CreateVersion7())));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE property_id = @property", new { property }));
    }

    [Fact]
    public async Task Two_who_order_at_once_pay_once()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 100m, 200m, 300m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => market.OrderAsync(property)));

        var made = Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a != made), a => Assert.Equal((HttpStatusCode.Conflict, "nothing_to_pay"), Of(a)));
        await market.UntilPayoutAsync(made.Body["id"]!.GetValue<Guid>(), "completed");
        Assert.Equal(600m, await market.ReceivedAsync(property));
        await market.ExpectSoundAsync();
    }

    private async Task<(HttpStatusCode Status, string? Code)> ApproveAsync(Guid payout, int version, Somebody by) =>
        Of(await market.PostAsync($"admin/payouts/{payout}/approve", new { version }, market.TokenOf(by)));

    private static (HttpStatusCode Status, string? Code) Of(Answer answer) => (answer.Status, Text(answer.Body, "code"));

    private static string? Text(System.Text.Json.Nodes.JsonNode? node, string name) => node?[name] is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
}
