using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts;

/// <summary>Providers that fail, are silent, or send the money back: it is sent once, or not at all, and the books know which.</summary>
public sealed class PayoutTroubleTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("time_out_after_work")]
    [InlineData("cut_after_work")]
    [InlineData("cut_before_work")]
    public async Task An_answer_that_is_lost_is_asked_for_and_the_money_leaves_once(string kind)
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 120m);
        await Marketplace.FaultAsync(market.Stripe, new { kind, method = "POST", path = "/v1/transfers", mentions = Paying.AccountOf(property), count = 3 });

        var payout = await market.OrderedAsync(property);
        await UntilSentAsync(payout);

        Assert.Equal(120m, await market.ReceivedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_whose_answer_is_lost_leaves_once()
    {
        var key = $"{Guid.CreateVersion7()}";
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, 1_000m);
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "time_out_after_work", method = "POST", path = "/v1/transaction-intents/process", mentions = key, count = 3 });

        var payout = await market.OrderedAsync(property);
        await UntilSentAsync(payout);

        Assert.Single(await market.SentByPixAsync(), p => p!["external_reference"]!.GetValue<string>() == $"{payout:N}");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_transfer_that_is_refused_is_tried_again_and_then_a_person_is_called()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 340m);
        await CanReceiveAsync(property, "inactive");
        var payout = await market.OrderedAsync(property);

        for (var tries = 1; tries <= 3; tries++)
        {
            var sofar = tries;
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<bool>("SELECT status = 'failed' AND tries = @sofar FROM reserve.payouts WHERE id = @payout", new { payout, sofar }),
                () => $"try {sofar} did not fail\n{market.Complaints}");
            market.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Null(await market.ReadAsync<DateTime?>("SELECT next_try_at FROM reserve.payouts WHERE id = @payout", new { payout }));
        var exception = await market.ReadAsync<Guid>("SELECT id FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_failed:{payout}" });
        await market.ExpectSoundAsync();

        await CanReceiveAsync(property, "active");
        var supervisor = await market.SeedAsync("supervisor");
        var answer = await market.PostAsync($"admin/exceptions/{exception}/resolve", new { action = "retry" }, market.TokenOf(supervisor));
        Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(340m, await market.ReceivedAsync(property));
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE id = @exception", new { exception }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_failed_is_given_up_or_tried_again_by_a_supervisor_and_nothing_else_is()
    {
        var (property, supervisor) = (await market.PayeeAsync(), await market.SeedAsync("supervisor"));
        await market.OweAsync(property, 77m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        var retried = await market.PostAsync($"admin/payouts/{payout}/retry", new { }, market.TokenOf(supervisor));
        Assert.Equal((HttpStatusCode.Conflict, "payout_not_failed"), (retried.Status, retried.Body["code"]!.GetValue<string>()));
        var rejected = await market.PostAsync($"admin/payouts/{payout}/reject", new { reason = "late" }, market.TokenOf(supervisor));
        Assert.Equal((HttpStatusCode.Conflict, "payout_sent"), (rejected.Status, rejected.Body["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_pix_that_is_refused_is_tried_under_another_reference()
    {
        var key = $"{Guid.CreateVersion7()}";
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, 500m);
        await market.ControlAsync(market.MercadoPago, "/control/payouts/behaviour", new { outcome = "rejected", reason = "by_bank", count = 1, key });

        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "failed");
        Assert.Equal("by_bank", await market.ReadAsync<string>("SELECT failure_code FROM reserve.payouts WHERE id = @payout", new { payout }));
        market.Clock.Advance(TimeSpan.FromMinutes(2));
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(
            [$"{payout:N}", $"{payout:N}-2"],
            (await market.SentByPixAsync()).Select(p => p!["external_reference"]!.GetValue<string>()).Where(r => r.StartsWith($"{payout:N}", StringComparison.Ordinal)).Order());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_that_takes_its_time_is_in_the_books_when_it_has_arrived()
    {
        var key = $"{Guid.CreateVersion7()}";
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, 500m);
        await market.ControlAsync(market.MercadoPago, "/control/payouts/behaviour", new { outcome = "pending", count = 1, key });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT pix_transfer_id IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "it was not sent");
        Assert.Equal(500m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();

        await SettlePixAsync(payout, new { outcome = "succeeded" });
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(0m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_that_comes_back_after_days_is_owed_again_and_paid_by_the_next()
    {
        var (key, other) = ($"{Guid.CreateVersion7()}", $"{Guid.CreateVersion7()}");
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, 500m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");

        market.Clock.Advance(TimeSpan.FromDays(3));
        await SettlePixAsync(payout, new { outcome = "returned" });
        await market.UntilPayoutAsync(payout, "returned");

        Assert.Equal(500m, await market.OwedAsync(property));
        Assert.Equal(0m, await market.ReadAsync<decimal>(
            "SELECT sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FROM reserve.financial_ledger l JOIN reserve.ledger_transactions t ON t.id = l.transaction_id WHERE t.property_id = @property AND l.account IN ('cash_pix', 'tax_payable')",
            new { property }));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_returned:{payout}" }));
        await market.ExpectSoundAsync();

        await market.SettleAsync(property, pixKey: other, version: 1);
        var next = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(next, "completed");
        Assert.Equal(0m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_transfer_that_is_reversed_at_Stripe_is_owed_again()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 90m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");
        var transfer = await market.ReadAsync<string>("SELECT stripe_transfer_id FROM reserve.payouts WHERE id = @payout", new { payout });

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/transfers/{transfer}/reversals") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());

        await market.UntilPayoutAsync(payout, "returned");
        Assert.Equal(90m, await market.OwedAsync(property));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_balance_that_does_not_suffice_is_waited_for()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 9_999m);
        var available = await AvailableAsync();
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -available });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_blocked:{payout}" }) == 1,
            () => $"nobody was told\n{market.Complaints}");
        Assert.Equal("approved", await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout }));

        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = available });
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(9_999m, await market.ReceivedAsync(property));
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_blocked:{payout}" }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payout_whose_saga_was_never_started_gets_it()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 60m);
        var calculate = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<ReserveConnect.Finance.Payouts.CalculatePayouts>(market.Services);
        var until = DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime).AddDays(-1);
        var payout = Assert.Single(await calculate.RunAsync(new($"order:{Guid.CreateVersion7()}", "ordered", until, until, "test", null), [property], CancellationToken.None));

        market.Clock.Advance(TimeSpan.FromMinutes(6));
        await market.RunJobAsync("attend_payouts");
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(60m, await market.ReceivedAsync(property));
    }

    private Task UntilSentAsync(Guid payout) => Marketplace.EventuallyAsync(
        async () =>
        {
            var status = await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout });
            market.Clock.Advance(TimeSpan.FromMinutes(1));
            return status == "completed";
        },
        () => $"it was not sent\n{market.Complaints}");

    private async Task CanReceiveAsync(Guid property, string transfers)
    {
        using var response = await market.Stripe.PatchAsJsonAsync($"/control/accounts/{Paying.AccountOf(property)}", new { transfers });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<long> AvailableAsync() =>
        JsonNode.Parse(await market.Stripe.GetStringAsync("/control/balance"))!["available"]!.GetValue<long>();

    private async Task SettlePixAsync(Guid payout, object outcome)
    {
        var id = await market.ReadAsync<string>("SELECT pix_transfer_id FROM reserve.payouts WHERE id = @payout", new { payout });
        await market.ControlAsync(market.MercadoPago, $"/control/payouts/{id}/settle", outcome);
    }
}
