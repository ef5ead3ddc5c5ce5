using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>Balances and promises: they have no facts of their own, so what was found stands until it is otherwise.</summary>
public sealed class StandingFindingsTests(ReconciledMarketplace market) : IClassFixture<ReconciledMarketplace>
{
    [Fact]
    public async Task A_balance_that_was_dismissed_is_told_again_after_it_was_right()
    {
        var first = await MismatchAsync(700);
        await ResolveAsync(first, new { action = "dismiss", reason = "known" });
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));

        await HideAsync(-700);
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
        var second = await MismatchAsync(700);

        Assert.NotEqual(Id(first), Id(second));
        Assert.Equal("open ", await market.ExceptionOfAsync(second));
        await HideAsync(-700);
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
    }

    [Fact]
    public async Task A_balance_that_is_set_right_by_an_adjustment_agrees_from_then_on()
    {
        var finding = await MismatchAsync(900);
        await ResolveAsync(finding, new
        {
            action = "adjust",
            reason = "interest",
            entries = new object[]
            {
                new { account = "cash_stripe", direction = "debit", amount = 9m }, new { account = "retained_earnings", direction = "credit", amount = 9m },
            },
        });

        foreach (var day in (DateOnly[])[market.EndDay(), market.EndDay()])
        {
            Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));
        }

        await market.ExpectSoundAsync();
    }

    /// <summary>A look at which money moved says nothing; a platform at which it always moves is judged after some days all the same.</summary>
    [Fact]
    public async Task What_a_balance_differs_by_is_a_finding_if_it_is_the_same_at_every_look_or_never_for_days()
    {
        await market.ReconcileAsync("stripe", market.EndDay());
        for (var busy = 0; busy <= new ReconciliationOptions().BalancePatienceDays; busy++)
        {
            Assert.Equal(0, await OpenAsync());
            await LookAsync(isMoving: true);
        }

        Assert.Equal(1, await OpenAsync());
        await LookAsync(isMoving: true);
        Assert.Equal(1, await OpenAsync());
        await LookAsync(isMoving: false);
        Assert.Equal(1, await OpenAsync());
        await HideAsync(-2 - new ReconciliationOptions().BalancePatienceDays);
        await LookAsync(isMoving: false);
        Assert.Equal(0, await OpenAsync());
    }

    /// <summary>Stripe takes it out of the balance when it is made, the books when it has succeeded.</summary>
    [Fact]
    public async Task A_refund_on_its_way_is_no_finding_and_neither_is_the_balance_without_it()
    {
        var booking = await market.BookStayAsync();
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "pending", count = 1 });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'pending'", new { booking.ReservationId }) == 1,
            () => $"the refund is not pending\n{market.Complaints}");

        var result = await market.ReconcileAsync("stripe", market.EndDay());
        Assert.Empty(ReconciledMarketplace.Open(result));
        Assert.Equal(1, result["reconciliation"]!["set_aside"]!.GetValue<int>());

        var refund = await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });
        await market.ControlAsync(market.Stripe, $"/control/refunds/{refund}/settle", new { outcome = "succeeded" });
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
        result = await market.ReconcileAsync("stripe", market.EndDay());
        Assert.Empty(ReconciledMarketplace.Open(result));
        Assert.Equal(0, result["reconciliation"]!["set_aside"]!.GetValue<int>());
    }

    /// <summary>Posted as if it were BRL the books would be wrong, and nobody would be told.</summary>
    [Fact]
    public async Task A_finding_in_another_currency_is_not_adjusted_in_BRL()
    {
        var day = market.EndDay();
        var run = (await market.ReconcileAsync("stripe", day))["reconciliation"]!["id"]!.GetValue<Guid>();
        var finding = await market.ReadAsync<Guid>(
            """
            INSERT INTO reserve.reconciliation_findings
                (id, reconciliation_id, provider, book_date, kind, movement, reference, currency, provider_amount, provider_fee, difference, found_at)
            VALUES (gen_random_uuid(), @run, 'stripe', @day, 'missing_in_ledger', 'topup', 'tu_usd', 'USD', 9, 0, 9, now())
            RETURNING id
            """,
            new { run, day });
        var refused = await market.PostAsync(
            $"admin/reconciliations/findings/{finding}/resolve",
            new
            {
                action = "adjust",
                reason = "of a test",
                entries = new object[]
                {
                    new { account = "cash_stripe", direction = "debit", amount = 9m }, new { account = "retained_earnings", direction = "credit", amount = 9m },
                },
            },
            market.TokenOf(await market.SeedAsync("supervisor")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "wrong_currency"), (refused.Status, refused.Body["code"]!.GetValue<string>()));
        // It is in no list: it closes itself.
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", day)));
    }

    [Fact]
    public async Task A_broken_promise_is_one_finding_while_it_changes_and_dismissed_only_as_it_was()
    {
        var (one, other, third) = ((await market.BookStayAsync()).ReservationId, (await market.BookStayAsync()).ReservationId, (await market.BookStayAsync()).ReservationId);
        var day = market.EndDay();
        await BreakAsync(one, 0.01m);
        var first = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
        await BreakAsync(other, 0.01m);
        var more = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
        Assert.Equal(Id(first), Id(more));
        Assert.StartsWith("2 in all", more["detail"]!.GetValue<string>(), StringComparison.Ordinal);

        await ResolveAsync(more, new { action = "dismiss", reason = "known" });
        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
        await BreakAsync(third, 0.01m);
        Assert.NotEqual(Id(first), Id(Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)))));

        foreach (var broken in (Guid[])[one, other, third])
        {
            await BreakAsync(broken, -0.01m);
        }

        Assert.Empty(ReconciledMarketplace.Open(await market.ReconcileAsync("books", day)));
    }

    private static string Id(JsonNode finding) => finding["id"]!.GetValue<string>();

    private Task BreakAsync(Guid reservation, decimal by) =>
        market.ReadAsync<Guid>("UPDATE reserve.reservations SET service_tax = service_tax + @by WHERE id = @reservation RETURNING id", new { reservation, by });

    // Into the balance, and into no list.
    private async Task HideAsync(int cents)
    {
        await market.ControlAsync(market.Stripe, "/control/transactions/behaviour", new { fault = "lose" });
        await market.ControlAsync(market.Stripe, "/control/balance", new { amount = cents });
    }

    private async Task<JsonNode> MismatchAsync(int cents)
    {
        await HideAsync(cents);
        var finding = Assert.Single(ReconciledMarketplace.Open(await market.ReconcileAsync("stripe", market.EndDay())));
        Assert.Equal("balance_mismatch", finding["kind"]!.GetValue<string>());
        return finding;
    }

    private async Task ResolveAsync(JsonNode finding, object order)
    {
        var answer = await market.PostAsync($"admin/reconciliations/findings/{Id(finding)}/resolve", order, market.TokenOf(await market.SeedAsync("supervisor")));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}");
    }

    private Task<long> OpenAsync() => market.ReadAsync<long>("SELECT count(*) FROM reserve.reconciliation_findings WHERE status = 'open'");

    // Looks twice at the balance of the day that ends now; a cent comes in between if money moves.
    private async Task LookAsync(bool isMoving)
    {
        var services = market.Services;
        var plan = (await services.GetRequiredService<OrderReconciliation>().RunAsync("stripe", market.EndDay(), new Actor(ActorKind.Service), CancellationToken.None)).Value;
        await services.GetRequiredService<FetchTransactions>().BeginAsync(plan, CancellationToken.None);
        await services.GetRequiredService<CompareTransactions>().RunAsync(plan, CancellationToken.None);
        if (isMoving)
        {
            await HideAsync(1);
        }

        var balance = services.GetRequiredService<CompareBalance>();
        var seen = await balance.RunAsync(plan, new BalanceSeen(), false, CancellationToken.None);
        if (isMoving)
        {
            await HideAsync(1);
        }

        await balance.RunAsync(plan, seen, true, CancellationToken.None);
        await services.GetRequiredService<EndReconciliation>().DoneAsync(plan, CancellationToken.None);
        if (isMoving)
        {
            await HideAsync(-1);
        }
    }
}
