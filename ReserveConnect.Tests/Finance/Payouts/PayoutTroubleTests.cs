using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
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
        var exception = await market.ReadAsync<Guid>("SELECT id FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_failed:{payout}:3" });
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

        await market.SettlePixAsync(payout, new { outcome = "succeeded" });
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
        await market.SettlePixAsync(payout, new { outcome = "returned" });
        await market.UntilPayoutAsync(payout, "returned");

        Assert.Equal(500m, await market.OwedAsync(property));
        Assert.Equal(0m, await market.ReadAsync<decimal>(
            "SELECT sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FROM reserve.financial_ledger l JOIN reserve.ledger_transactions t ON t.id = l.transaction_id WHERE t.property_id = @property AND l.account IN ('cash_pix', 'tax_payable')",
            new { property }));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_returned:{payout}:{498.10m:0.00}" }));
        await market.ExpectSoundAsync();

        Assert.Equal((HttpStatusCode.Conflict, "payouts_held"), Of(await market.OrderAsync(property)));
        await market.SettleAsync(property, pixKey: other, version: 2);
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
        var available = await market.AvailableAtStripeAsync();
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -available });
        var payout = await market.OrderedAsync(property);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_blocked:{payout}:balance_insufficient" }) == 1,
            () => $"nobody was told\n{market.Complaints}");
        Assert.Equal("approved", await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout }));

        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = available });
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(9_999m, await market.ReceivedAsync(property));
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_blocked:{payout}:balance_insufficient" }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payout_whose_saga_was_never_started_gets_it()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 60m);
        var payout = await CalculatedAsync(property);

        market.Clock.Advance(TimeSpan.FromMinutes(6));
        await market.RunJobAsync("attend_payouts");
        await market.UntilPayoutAsync(payout, "completed");

        Assert.Equal(60m, await market.ReceivedAsync(property));
    }

    [Fact]
    public async Task A_provider_that_does_not_let_us_in_for_a_day_needs_nobody_to_look_afterwards()
    {
        var key = $"{Guid.CreateVersion7()}";
        var property = await market.PayeeAsync(pixKey: key);
        await market.OweAsync(property, 80m);
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 401, method = "POST", path = "/v1/transaction-intents/process", mentions = key, count = (int?)null });
        var payout = await market.OrderedAsync(property);
        for (var hour = 0; hour < 25; hour++)
        {
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<bool>(
                    "SELECT status = 'approved' AND asks = 0 AND next_try_at > @now FROM reserve.payouts WHERE id = @payout", new { payout, now = market.Clock.GetUtcNow() }),
                () => $"it was not asked for\n{market.Complaints}");
            market.Clock.Advance(TimeSpan.FromHours(1));
        }

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key = @key AND status = 'open'", new { key = $"payout_pending:{payout}:0" }) == 1,
            () => "nobody was told");
        await market.CalmAsync();
        await UntilSentAsync(payout);

        Assert.Single(await market.SentByPixAsync(), p => p!["external_reference"]!.GetValue<string>() == $"{payout:N}");
        Assert.Equal("resolved", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE exception_key = @key", new { key = $"payout_pending:{payout}:0" }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_approval_for_which_no_host_ran_is_reminded_of_before_it_is_given_up()
    {
        var property = await market.PayeeAsync();
        await market.OweAsync(property, 20_000m);
        var payout = await CalculatedAsync(property);

        market.Clock.Advance(TimeSpan.FromDays(5));
        await market.RunJobAsync("attend_payouts");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT reminded_at IS NOT NULL FROM reserve.payouts WHERE id = @payout", new { payout }), () => "nobody was reminded");
        Assert.Equal("pending_approval", await market.ReadAsync<string>("SELECT status FROM reserve.payouts WHERE id = @payout", new { payout }));

        market.Clock.Advance(TimeSpan.FromHours(48));
        await market.UntilPayoutAsync(payout, "rejected");
    }

    [Fact]
    public async Task A_property_that_cannot_be_calculated_does_not_keep_the_others_from_being_paid()
    {
        var (bad, good) = (await market.PayeeAsync("biweekly"), await market.PayeeAsync("biweekly"));
        await market.OweAsync(bad, 10m);
        await market.OweAsync(good, 20m);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            $"""
            CREATE FUNCTION reserve.refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
            CREATE TRIGGER refuse_one BEFORE INSERT ON reserve.payouts FOR EACH ROW WHEN (NEW.property_id = '{bad}') EXECUTE FUNCTION reserve.refuse_one();
            INSERT INTO reserve.payout_runs (run_key, run_date, schedule, period_start, period_end, opened_at)
            VALUES (@today || ':biweekly', @today, 'biweekly', @today - 14, @today - 1, now());
            """,
            new { today = DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime) });
        try
        {
            await market.RunJobAsync("run_payouts");
            await Marketplace.EventuallyAsync(
                async () =>
                {
                    market.Clock.Advance(TimeSpan.FromSeconds(15));
                    return await market.ReadAsync<bool>("SELECT EXISTS (SELECT FROM reserve.exceptions WHERE exception_key LIKE @key AND error_code = 'calculation_failed' AND status = 'open')", new { key = $"payout_blocked:{bad}:%" });
                },
                () => $"nobody was told\n{market.StoryAsync("run-payouts").GetAwaiter().GetResult()}\n{market.Complaints}");
        }
        finally
        {
            await connection.ExecuteAsync("DROP TRIGGER refuse_one ON reserve.payouts; DROP FUNCTION reserve.refuse_one()");
        }

        await Marketplace.EventuallyAsync(async () => await market.ReceivedAsync(good) == 20m, () => $"the other was not paid\n{market.Complaints}");
        // The run is made again.
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await market.RunJobAsync("run_payouts");
                return await market.ReceivedAsync(bad) == 10m;
            },
            () => $"the run was not made again\n{market.Complaints}");
        Assert.Equal(20m, await market.ReceivedAsync(good));
    }

    private async Task<Guid> CalculatedAsync(Guid property)
    {
        var calculate = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<ReserveConnect.Finance.Payouts.CalculatePayouts>(market.Services);
        var until = DateOnly.FromDateTime(market.Clock.GetUtcNow().UtcDateTime).AddDays(-1);
        return Assert.Single(await calculate.RunAsync(new($"order:{Guid.CreateVersion7()}", "ordered", until, until, "test", null), [property], CancellationToken.None));
    }

    private static (HttpStatusCode Status, string? Code) Of(Answer answer) => (answer.Status, answer.Body["code"]?.GetValue<string>());

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
}
