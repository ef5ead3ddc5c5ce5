using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Finance.Payouts;
using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>Providers' days against the books, over HTTP to the sandbox.</summary>
public sealed class ReconciliationTests(ReconciledMarketplace market) : IClassFixture<ReconciledMarketplace>
{
    [Fact]
    public async Task A_day_of_payments_refunds_and_disputes_agrees_to_the_cent_and_so_does_the_balance() =>
        await market.ExpectDayAgreesAsync();

    /// <summary>Sent on one day, returned on another.</summary>
    [Theory]
    [InlineData("stripe", null)]
    [InlineData("mercado_pago", null)]
    [InlineData("stripe", 7)]
    [InlineData("mercado_pago", 7)]
    public async Task Payouts_that_are_sent_and_come_back_whole_or_in_part_agree_on_both_days(string provider, int? part)
    {
        await market.PayAsync(provider == "stripe" ? "card" : "pix");
        var property = await market.PayeeAsync(pixKey: provider == "stripe" ? null : $"{Guid.CreateVersion7()}");
        await market.OweAsync(property, 20m);
        var payout = await market.OrderedAsync(property);
        await market.UntilPayoutAsync(payout, "completed");
        var sent = await market.ReadAsync<string>("SELECT coalesce(stripe_transfer_id, pix_transfer_id) FROM reserve.payouts WHERE id = @payout", new { payout });
        var sentOn = market.EndDay();
        AssertAgrees(await market.ReconcileAsync(provider, sentOn));

        if (provider == "stripe")
        {
            await market.ControlAsync(market.Stripe, $"/control/transfers/{sent}/return", new { amount = part * 100 });
        }
        else
        {
            await market.ControlAsync(market.MercadoPago, $"/control/payouts/{sent}/settle", new { outcome = "returned", amount = (decimal?)part });
        }

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT returned_amount = coalesce(@part, net_amount) FROM reserve.payouts WHERE id = @payout", new { payout, part }),
            () => $"it is not back\n{market.Complaints}");
        AssertAgrees(await market.ReconcileAsync(provider, market.EndDay()));
    }

    [Theory]
    [InlineData("stripe", "lose", "missing_at_provider")]
    [InlineData("stripe", "double", "duplicate")]
    [InlineData("stripe", "alter", "amount_mismatch")]
    [InlineData("mercado_pago", "lose", "missing_at_provider")]
    [InlineData("mercado_pago", "double", "duplicate")]
    [InlineData("mercado_pago", "alter", "amount_mismatch")]
    public async Task What_a_provider_lists_falsely_is_one_finding_however_often_it_is_looked_for(string provider, string fault, string kind)
    {
        var payment = await market.PayAsync(provider == "stripe" ? "card" : "pix");
        await market.FalsifyAsync(provider, new { fault, reference = payment });
        var day = market.EndDay();

        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync(provider, day)));
        var known = await market.CountAsync();
        var again = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync(provider, day)));

        Assert.Equal((kind, "payment", payment), (Text(finding, "kind"), Text(finding, "movement"), Text(finding, "reference")));
        var (there, here) = (finding["provider_amount"]?.GetValue<decimal>(), finding["ledger_amount"]!.GetValue<decimal>());
        Assert.Equal(fault switch { "lose" => null, "double" => 2 * here, _ => here + 0.01m }, there);
        if (fault == "alter")
        {
            Assert.Equal(0.01m, finding["difference"]!.GetValue<decimal>());
        }

        Assert.Equal(Text(finding, "id"), Text(again, "id"));
        Assert.Equal(known, await market.CountAsync());
        Assert.Equal("open ", await market.ExceptionOfAsync(finding));

        await market.StraightenAsync(provider);
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync(provider, day)));
        Assert.Equal("resolved resolved_by_itself", await market.ExceptionOfAsync(finding));
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("mercado_pago")]
    public async Task What_is_listed_a_day_late_closes_its_finding_by_the_daily_run(string provider)
    {
        var payment = await market.PayAsync(provider == "stripe" ? "card" : "pix");
        await market.FalsifyAsync(provider, new { fault = "delay", reference = payment, @for = "1.12:00:00" });
        var day = market.EndDay();
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync(provider, day)));
        Assert.Equal("missing_at_provider", Text(finding, "kind"));

        market.EndDay();
        await market.RunJobAsync("reconcile_payments");

        await Marketplace.EventuallyAsync(
            async () => await market.ExceptionOfAsync(finding) == "resolved resolved_by_itself", () => $"it is still open\n{market.Complaints}");
        await SettledAsync();
        Assert.Equal("resolved_by_itself", await market.ReadAsync<string>(
            "SELECT resolution FROM reserve.reconciliation_findings WHERE id = @id", new { id = Guid.Parse(Text(finding, "id")) }));
    }

    [Fact]
    public async Task A_day_on_which_no_host_ran_is_made_up_for_by_the_next_daily_run()
    {
        await market.ReconcileAsync("stripe", market.EndDay());
        var missed = market.EndDay();
        market.EndDay();
        await market.RunJobAsync("reconcile_payments");

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>(
                "SELECT EXISTS (SELECT FROM reserve.reconciliations WHERE provider = 'stripe' AND book_date = @missed AND status = 'done')", new { missed }),
            () => $"the day was left out\n{market.Complaints}");
        await SettledAsync();
    }

    [Fact]
    public async Task Money_that_the_books_do_not_know_is_set_right_by_an_adjustment_and_does_not_come_back()
    {
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = 12345 });
        var day = market.EndDay();
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));
        Assert.Equal(("missing_in_ledger", "topup", 123.45m), (Text(finding, "kind"), Text(finding, "movement"), finding["difference"]!.GetValue<decimal>()));
        var path = $"admin/reconciliations/findings/{Text(finding, "id")}/resolve";
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));

        Assert.Equal(HttpStatusCode.Forbidden, (await market.PostAsync(path, Adjustment(123.45m), market.TokenOf(await market.SeedAsync("agent")))).Status);
        foreach (var cash in (decimal[])[123.44m, 246.90m])
        {
            var wrong = await market.PostAsync(path, Adjustment(cash), supervisor);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "not_the_difference"), (wrong.Status, Text(wrong.Body, "code")));
        }

        Assert.Equal("not_the_difference", Text((await market.PostAsync(path, Adjustment(123.45m, account: "cash_pix"), supervisor)).Body, "code"));
        Assert.Equal("not_the_difference", Text((await market.PostAsync(path, Adjustment(123.45m, account: "stripe_fees"), supervisor)).Body, "code"));
        Assert.Equal("unbalanced", Text((await market.PostAsync(path, Adjustment(123.45m, 123.44m), supervisor)).Body, "code"));
        Assert.Equal("reason_required", Text((await market.PostAsync(path, new { action = "dismiss", reason = " " }, supervisor)).Body, "code"));
        Assert.Equal("invalid_action", Text((await market.PostAsync(path, new { action = "forget", reason = "no" }, supervisor)).Body, "code"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.PostAsync(path, Adjustment(123.45m), supervisor)));
        var late = await market.PostAsync(path, new { action = "dismiss", reason = "after all" }, supervisor);

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, "resolved"), (answer.Status, Text(answer.Body, "status"))));
        Assert.Equal((HttpStatusCode.Conflict, "finding_settled"), (late.Status, Text(late.Body, "code")));
        Assert.Equal(1, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.ledger_transactions WHERE transaction_type = 'adjustment' AND business_key = 'adjust:' || @id", new { id = Text(finding, "id") }));
        Assert.Equal("resolved adjusted", await market.ExceptionOfAsync(finding));
        var clean = await market.ReconcileAsync("stripe", day);
        Assert.Empty(ReconciledMarketplace.Open(clean));
        Assert.Equal(clean["reconciliation"]!["compared"]!.GetValue<int>(), clean["reconciliation"]!["agreed"]!.GetValue<int>());
        Assert.Equal(clean["reconciliation"]!["provider_balance"]!.GetValue<decimal>(), clean["reconciliation"]!["books_balance"]!.GetValue<decimal>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_no_longer_stands_is_not_adjusted_and_an_adjustment_that_is_undone_is_found_again()
    {
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = 777 });
        var day = market.EndDay();
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));
        var path = $"admin/reconciliations/findings/{Text(finding, "id")}/resolve";
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        await using var connection = await market.OpenAsync();
        const string Listed = "UPDATE reserve.provider_transactions SET amount = amount + @more WHERE reference = @reference";

        await connection.ExecuteAsync(Listed, new { more = 1m, reference = Text(finding, "reference") });
        var outdated = await market.PostAsync(path, Adjustment(7.77m), supervisor);
        Assert.Equal((HttpStatusCode.Conflict, "finding_outdated"), (outdated.Status, Text(outdated.Body, "code")));
        await connection.ExecuteAsync(Listed, new { more = -1m, reference = Text(finding, "reference") });
        var settled = await market.PostAsync(path, Adjustment(7.77m), supervisor);
        Assert.Equal(HttpStatusCode.OK, settled.Status);
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));

        supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        var undone = await market.PostAsync("admin/ledger", new { reverses = Text(settled.Body, "adjustment_id"), reason = "too early" }, supervisor);
        Assert.True(undone.Status == HttpStatusCode.Created, $"{undone.Status} {undone.Body}");
        var again = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
        Assert.Equal(("topup", 7.77m), (Text(again, "movement"), again["difference"]!.GetValue<decimal>()));
        Assert.Equal(HttpStatusCode.OK, (await market.PostAsync(
            $"admin/reconciliations/findings/{Text(again, "id")}/resolve", Adjustment(7.77m), market.TokenOf(await market.SeedAsync("supervisor")))).Status);
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_finding_that_is_dismissed_does_not_come_back_and_still_explains_the_balance(bool byItsException)
    {
        await market.ControlAsync(market.MercadoPago, "/control/balance", new { amount = 10.01m });
        var day = market.EndDay();
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("mercado_pago", day)));
        var supervisor = market.TokenOf(await market.SeedAsync("supervisor"));
        var dismissed = byItsException
            ? await market.PostAsync(
                $"admin/exceptions/{await market.ReadAsync<Guid>("SELECT id FROM reserve.exceptions WHERE exception_key = 'reconciliation_finding:' || @id", new { id = Text(finding, "id") })}/resolve",
                new { action = "dismiss", notes = "our own money" }, supervisor)
            : await market.PostAsync($"admin/reconciliations/findings/{Text(finding, "id")}/resolve", new { action = "dismiss", reason = "our own money" }, supervisor);
        Assert.True(dismissed.Status == HttpStatusCode.OK, $"{dismissed.Status}: {dismissed.Body}");

        var again = await market.ReconcileAsync("mercado_pago", day);

        var settled = Assert.Single(again["findings"]!.AsArray())!;
        Assert.Equal(("dismissed", "our own money"), (Text(settled, "status"), Text(settled, "reason")));
        Assert.Equal(
            again["reconciliation"]!["provider_balance"]!.GetValue<decimal>() - again["reconciliation"]!["books_balance"]!.GetValue<decimal>(),
            again["reconciliation"]!["explained"]!.GetValue<decimal>());
        // What is dismissed stays different: taken out again, that another test does not find it.
        await market.ControlAsync(market.MercadoPago, "/control/balance", new { amount = -10.01m });
        Assert.Equal("missing_in_ledger", Text(Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("mercado_pago", market.EndDay()))), "kind"));
        await DismissAllAsync();
    }

    [Fact]
    public async Task A_balance_that_no_finding_explains_is_a_finding_with_its_figures()
    {
        await market.ControlAsync(market.Stripe, "/control/transactions/behaviour", new { fault = "lose" });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = 1 });
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
        Assert.Equal(("balance_mismatch", 0.01m), (Text(finding, "kind"), finding["difference"]!.GetValue<decimal>()));
        Assert.Contains("in the books", Text(finding, "detail"), StringComparison.Ordinal);

        await market.StraightenAsync("stripe");
        await market.ControlAsync(market.Stripe, "/control/transactions/behaviour", new { fault = "lose" });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -1 });
        await market.ReconcileAsync("stripe", market.EndDay());
        Assert.Equal("resolved resolved_by_itself", await market.ExceptionOfAsync(finding));
        await market.StraightenAsync("stripe");
        await DismissAllAsync();
    }

    [Fact]
    public async Task What_is_listed_twice_and_was_dismissed_is_not_looked_for_in_the_balance()
    {
        var payment = await market.PayAsync("card");
        await market.FalsifyAsync("stripe", new { fault = "double", reference = payment });
        var twice = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
        Assert.Equal("duplicate", Text(twice, "kind"));
        await DismissAllAsync();
        await market.FalsifyAsync("stripe", new { fault = "lose" });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = -3_000 });

        var gone = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));

        Assert.Equal(("balance_mismatch", -30m), (Text(gone, "kind"), gone["difference"]!.GetValue<decimal>()));
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = 3_000 });
        await market.StraightenAsync("stripe");
        Assert.DoesNotContain(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())), f => Text(f, "kind") == "balance_mismatch");
        await DismissAllAsync();
    }

    [Fact]
    public async Task Books_that_break_a_promise_are_a_finding_until_they_keep_it()
    {
        var reservation = await market.ReadAsync<Guid>("SELECT id FROM reserve.reservations LIMIT 1") is { } known && known != default
            ? known
            : (await market.BookStayAsync()).ReservationId;
        var day = market.EndDay();
        const string Break = "UPDATE reserve.reservations SET service_tax = service_tax + @by WHERE id = @reservation RETURNING id";
        await market.ReadAsync<Guid>(Break, new { reservation, by = 0.01m });

        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
        Assert.Equal(("books_broken", "reservations_add_up"), (Text(finding, "kind"), Text(finding, "reference")));
        Assert.Contains($"{reservation}", Text(finding, "detail"), StringComparison.Ordinal);
        await market.ReadAsync<Guid>(Break, new { reservation, by = -0.01m });
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
        Assert.Equal("resolved resolved_by_itself", await market.ExceptionOfAsync(finding));
    }

    [Fact]
    public async Task Two_who_order_the_same_day_at_once_have_one_run_and_one_that_is_not_over_is_refused()
    {
        await market.PayAsync("card");
        var day = market.EndDay();
        var token = market.TokenOf(await market.SeedAsync("agent"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => market.PostAsync("admin/reconciliations", new { provider = "mercado_pago", date = day }, token)));
        var early = await market.PostAsync("admin/reconciliations", new { provider = "stripe", date = market.Today }, token);
        var nobody = await market.PostAsync("admin/reconciliations", new { provider = "paypal", date = day }, token);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        foreach (var id in answers.Select(answer => answer.Body["id"]!.GetValue<Guid>()).Distinct())
        {
            Assert.Equal("done", Text((await market.ResultAsync(id))["reconciliation"]!, "status"));
        }

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "day_not_over"), (early.Status, Text(early.Body, "code")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_provider"), (nobody.Status, Text(nobody.Body, "code")));
        var listed = await market.GetAsync($"admin/reconciliations?provider=mercado_pago&from={day:yyyy-MM-dd}&to={day:yyyy-MM-dd}&status=done");
        Assert.NotEmpty(listed["items"]!.AsArray());
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("2020-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_day_of_which_nothing_is_kept_or_which_is_to_come_is_refused(string date)
    {
        var refused = await market.PostAsync("admin/reconciliations", new { provider = "stripe", date }, market.TokenOf(await market.SeedAsync("agent")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid_date"), (refused.Status, Text(refused.Body, "code")));
    }

    /// <summary>The books do not know of it, so that no open finding names its day.</summary>
    [Fact]
    public async Task What_is_listed_two_days_late_and_is_not_in_the_books_is_found_by_the_daily_run()
    {
        await market.FalsifyAsync("stripe", new { fault = "delay", @for = "1.12:00:00" });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = 4_711 });
        market.EndDay();
        await market.RunJobAsync("reconcile_payments");
        await SettledAsync();
        const string Found = "SELECT count(*) FROM reserve.reconciliation_findings WHERE kind = 'missing_in_ledger' AND difference = 47.11";
        Assert.Equal(0, await market.ReadAsync<long>(Found));

        market.EndDay();
        await market.RunJobAsync("reconcile_payments");
        await SettledAsync();
        Assert.Equal(1, await market.ReadAsync<long>(Found));
        await DismissAllAsync();
    }

    [Fact]
    public async Task A_provider_that_cannot_be_read_fails_the_run_and_calls_a_person_until_it_can()
    {
        await market.PayAsync("card");
        var day = market.EndDay();
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 401, method = "GET", path = "/v1/balance_transactions", count = (int?)null });
        var token = market.TokenOf(await market.SeedAsync("agent"));
        var id = (await market.PostAsync("admin/reconciliations", new { provider = "stripe", date = day }, token)).Body["id"]!.GetValue<Guid>();
        for (var tries = 0; tries < 8 && await market.ReadAsync<string>("SELECT status FROM reserve.reconciliations WHERE id = @id", new { id }) != "failed"; tries++)
        {
            await Task.Delay(100);
            market.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var failed = (await market.ResultAsync(id))["reconciliation"]!;
        Assert.Equal("The provider cannot be read: unauthorized", Text(failed, "failure"));
        const string Called = "SELECT status FROM reserve.exceptions WHERE exception_key = 'reconciliation_failed:' || @id";
        Assert.Equal("open", await market.ReadAsync<string>(Called, new { id }));
        await market.CalmAsync();
        Assert.Equal("done", Text((await market.ReconcileAsync("stripe", day))["reconciliation"]!, "status"));
        Assert.Equal("resolved", await market.ReadAsync<string>(Called, new { id }));
    }

    /// <summary>The race of two hosts that make the same steps of the same run.</summary>
    [Fact]
    public async Task Two_hosts_that_make_the_same_run_at_once_find_the_same_once()
    {
        for (var payments = 0; payments < 3; payments++)
        {
            await market.FalsifyAsync("stripe", new { fault = "lose", reference = await market.PayAsync("card") });
        }

        var day = market.EndDay();
        var before = await market.CountAsync();
        var services = market.Services;
        var order = services.GetRequiredService<OrderReconciliation>();
        var plans = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => order.RunAsync("stripe", day, new Actor(ActorKind.Service), CancellationToken.None)));
        var plan = Assert.Single(plans.Select(planned => planned.Value).DistinctBy(planned => planned.Id));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MakeAsync(services, plan))));

        Assert.Equal((before.Findings + 3, before.Exceptions + 3), await market.CountAsync());
        await market.StraightenAsync("stripe");
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));
    }

    private static void AssertAgrees(JsonNode result)
    {
        Assert.Empty(ReconciledMarketplace.Open(result));
        var run = result["reconciliation"]!;
        Assert.True(run["compared"]!.GetValue<int>() > 0, $"{run}");
        Assert.Equal((run["compared"]!.GetValue<int>(), 0), (run["agreed"]!.GetValue<int>(), run["set_aside"]!.GetValue<int>()));
        Assert.Equal(
            run["provider_balance"]!.GetValue<decimal>() - run["books_balance"]!.GetValue<decimal>(), run["explained"]!.GetValue<decimal>());
    }

    private static async Task MakeAsync(IServiceProvider services, ReconciliationPlan plan)
    {
        var fetch = services.GetRequiredService<FetchTransactions>();
        if (await fetch.BeginAsync(plan, CancellationToken.None))
        {
            var progress = new FetchProgress();
            while (!progress.IsDone)
            {
                progress = await fetch.StripeAsync(plan, progress, CancellationToken.None);
            }

            await services.GetRequiredService<CompareTransactions>().RunAsync(plan, CancellationToken.None);
            await services.GetRequiredService<EndReconciliation>().DoneAsync(plan, CancellationToken.None);
        }
    }

    private async Task DismissAllAsync()
    {
        var token = market.TokenOf(await market.SeedAsync("supervisor"));
        await using var connection = await market.OpenAsync();
        foreach (var id in await Dapper.SqlMapper.QueryAsync<Guid>(connection, "SELECT id FROM reserve.reconciliation_findings WHERE status = 'open'"))
        {
            await market.PostAsync($"admin/reconciliations/findings/{id}/resolve", new { action = "dismiss", reason = "of a test" }, token);
        }
    }

    private Task SettledAsync() => Marketplace.EventuallyAsync(
        async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.reconciliations WHERE status IN ('requested', 'running')") == 0, () => "a run does not end");

    private static object Adjustment(decimal debit, decimal? credit = null, string account = "cash_stripe") => new
    {
        action = "adjust",
        reason = "our own money",
        entries = new object[]
        {
            new { account, direction = "debit", amount = debit },
            new { account = "retained_earnings", direction = "credit", amount = credit ?? debit },
        },
    };

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
