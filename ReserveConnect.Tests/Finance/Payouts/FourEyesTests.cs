using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>What is large is sent by two people's word, whichever way one of them goes about it.</summary>
public sealed class FourEyesTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Whoever_has_changed_a_destination_does_not_approve_after_somebody_else_has_changed_it_too()
    {
        var (first, second) = (await market.SeedAsync("supervisor"), await market.SeedAsync("supervisor"));
        var property = await market.PayeeAsync(by: first);
        await market.SettleAsync(property, pixKey: $"{Guid.CreateVersion7()}", by: second, version: 1);
        await market.OweAsync(property, 20_000m);
        var payout = await market.OrderedAsync(property);

        Assert.Equal((HttpStatusCode.Forbidden, "own_destination"), await ApproveAsync(payout, 1, first));
        Assert.Equal((HttpStatusCode.Forbidden, "own_destination"), await ApproveAsync(payout, 1, second));
        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 1, await market.SeedAsync("supervisor"))).Status);
        Assert.Equal(2, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'payout.destination_changed' AND aggregate_id = @property", new { property }));
    }

    [Fact]
    public async Task What_is_ordered_in_slices_is_approved_as_what_it_comes_to()
    {
        var (property, one) = (await market.PayeeAsync(), await market.SeedAsync("supervisor"));
        await market.OweAsync(property, 6_000m);
        await market.UntilPayoutAsync(await market.OrderedAsync(property, one), "completed");
        await market.OweAsync(property, 4_000.01m);

        var second = await market.OrderedAsync(property, await market.SeedAsync("supervisor"));

        Assert.Equal("pending_approval", (await market.PayoutAsync(second))["payout"]!["status"]!.GetValue<string>());
        market.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(6_000m, await market.ReceivedAsync(property));
    }

    [Fact]
    public async Task By_the_operators_key_nobody_orders_and_nobody_says_where_the_money_goes()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 10m);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await ByKeyAsync(HttpMethod.Post, "admin/payouts", new { property_id = property }));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await ByKeyAsync(
            HttpMethod.Put, $"admin/properties/{property}/payout-settings",
            new { schedule = "weekly", method = "stripe", stripe_account_id = "acct_another", reason = "told by telephone", version = 1 }));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.payouts WHERE property_id = @property", new { property }));
    }

    [Fact]
    public async Task A_large_one_of_which_somebody_says_that_it_was_not_sent_needs_anothers_word_again()
    {
        var (_, payout) = await UnansweredAsync(20_000m);
        var settler = await market.SeedAsync("supervisor");

        Assert.Equal(HttpStatusCode.Forbidden, (await ByKeyAsync(HttpMethod.Post, $"admin/payouts/{payout}/settle", new { reason = "it is not in the dashboard" })).Status);
        await SettleAsync(payout, settler);
        await market.CalmAsync();
        Assert.Equal(HttpStatusCode.OK, (await market.PostAsync($"admin/payouts/{payout}/retry", new { }, market.TokenOf(settler))).Status);
        await market.UntilPayoutAsync(payout, "pending_approval");

        var version = await market.ReadAsync<int>("SELECT version FROM reserve.payouts WHERE id = @payout", new { payout });
        Assert.Equal((HttpStatusCode.Forbidden, "own_word"), await ApproveAsync(payout, version, settler));
        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, version, await market.SeedAsync("supervisor"))).Status);
        await market.UntilPayoutAsync(payout, "completed");
        Assert.Single(await market.SentByPixAsync(), p => p!["external_reference"]!.GetValue<string>().StartsWith($"{payout:N}", StringComparison.Ordinal));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_one_person_says_was_not_sent_and_gives_up_they_do_not_pay_by_another_payout()
    {
        var (property, payout) = await UnansweredAsync(20_000m);
        var settler = await market.SeedAsync("supervisor");
        await SettleAsync(payout, settler);
        await market.CalmAsync();
        Assert.Equal(HttpStatusCode.OK, (await market.PostAsync($"admin/payouts/{payout}/reject", new { reason = "it is paid otherwise" }, market.TokenOf(settler))).Status);

        var next = await market.OrderedAsync(property);

        Assert.Equal((HttpStatusCode.Forbidden, "own_word"), await ApproveAsync(next, 1, settler));
        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(next, 1, await market.SeedAsync("supervisor"))).Status);
        await market.UntilPayoutAsync(next, "completed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_was_found_to_have_left_is_not_sent_again_until_somebody_has_dealt_with_it()
    {
        var (_, payout) = await UnansweredAsync(500m, "cut_after_work");
        var settler = await market.SeedAsync("supervisor");
        await SettleAsync(payout, settler);
        await market.CalmAsync();
        var sent = Assert.Single(await market.SentByPixAsync(), p => p!["external_reference"]!.GetValue<string>() == $"{payout:N}")!["id"]!.GetValue<string>();
        await market.Services.GetRequiredService<TakePayoutReturn>().RunAsync("pix", sent, CancellationToken.None);
        var stray = await market.ReadAsync<Guid>("SELECT id FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_stray:{sent}" });

        Assert.Equal(HttpStatusCode.OK, (await market.PostAsync($"admin/payouts/{payout}/retry", new { }, market.TokenOf(settler))).Status);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_blocked:{payout}:stray" }) == 1,
            () => $"it is not stopped\n{market.Complaints}");
        Assert.Single(await market.SentByPixAsync(), p => p!["external_reference"]!.GetValue<string>().StartsWith($"{payout:N}", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, (await market.ResolveAsync(stray, market.TokenOf(settler), new { action = "dismiss", notes = "it was sent back by hand" })).Status);
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilPayoutAsync(payout, "completed");
    }

    [Fact]
    public async Task What_was_approved_for_one_destination_is_not_sent_to_another()
    {
        var property = await market.PayeeAsync();
        var changer = await market.SeedAsync("supervisor");
        await market.OweAsync(property, 6_000m);
        await market.UntilPayoutAsync(await market.OrderedAsync(property, changer), "completed");
        await market.OweAsync(property, 6_000m);
        var payout = await market.OrderedAsync(property, changer);
        var available = await market.AvailableAtStripeAsync();
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -available });
        Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 1, await market.SeedAsync("supervisor"))).Status);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT status = 'approved' AND next_try_at IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "it was not looked at");

        await market.SettleAsync(property, pixKey: $"{Guid.CreateVersion7()}", by: changer, version: 1);
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = available });
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilPayoutAsync(payout, "pending_approval");

        Assert.Equal((HttpStatusCode.Forbidden, "own_request"), await ApproveAsync(payout, 2, changer));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task That_Stripe_has_no_transfer_is_not_anybodys_word()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 30m);
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/transfers", mentions = Paying.AccountOf(property), count = 1 });
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 3 });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(async () => await market.ReceivedAsync(property) == 30m, () => "it was not sent");
        var settler = await market.SeedAsync("supervisor");

        var answer = await market.PostAsync($"admin/payouts/{payout}/settle", new { reason = "it is not in the dashboard" }, market.TokenOf(settler));

        Assert.Equal((HttpStatusCode.Conflict, "transfer_exists"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.StartsWith("tr_", answer.Body["transfer_id"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    // By PIX, approved where that is needed; its answers are lost until nobody asks any more.
    private async Task<(Guid Property, Guid Payout)> UnansweredAsync(decimal amount, string kind = "cut_before_work")
    {
        var key = $"{Guid.CreateVersion7()}";
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, amount);
        await Marketplace.FaultAsync(market.MercadoPago, new { kind, method = "POST", path = "/v1/transaction-intents/process", mentions = key, count = (int?)null });
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 20 });
        var payout = await market.OrderedAsync(property);
        if (amount > PayoutMarketplace.ApprovalLimit)
        {
            Assert.Equal(HttpStatusCode.OK, (await ApproveAsync(payout, 1, await market.SeedAsync("supervisor"))).Status);
        }

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT status = 'processing' AND next_try_at IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "it was not asked for");
        market.Clock.Advance(TimeSpan.FromHours(13));
        return (property, payout);
    }

    private async Task SettleAsync(Guid payout, Somebody by)
    {
        var answer = await market.PostAsync($"admin/payouts/{payout}/settle", new { reason = "it is not in the dashboard" }, market.TokenOf(by));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
    }

    private async Task<(HttpStatusCode Status, string? Code)> ApproveAsync(Guid payout, int version, Somebody by)
    {
        var answer = await market.PostAsync($"admin/payouts/{payout}/approve", new { version }, market.TokenOf(by));
        return (answer.Status, answer.Body["code"]?.GetValue<string>());
    }

    private async Task<(HttpStatusCode Status, string? Code)> ByKeyAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = System.Net.Http.Json.JsonContent.Create(body) };
        request.Headers.Add("X-Operator-Key", market.OperatorsKey);
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        using var response = await market.Api.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]?.GetValue<string>());
    }
}
