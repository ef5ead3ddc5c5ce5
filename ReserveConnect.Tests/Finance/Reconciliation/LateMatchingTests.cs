using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>What is known, settled, learnt or read meanwhile, on rows that no sandbox would make.</summary>
public sealed class LateMatchingTests : MatchedRows
{
    private static readonly Guid Attempt = new("00000000-0000-7000-8000-000000000001");

    /// <summary>Stripe takes a refund out of the balance when it is made, the books when it has succeeded.</summary>
    [Fact]
    public async Task A_refund_that_its_provider_still_works_on_is_set_aside_until_it_is_made()
    {
        await AttemptAsync("pi_1", "ch_1", refundPending: 80m);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -80m, 0m, Noon, "refund", "re_1");
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());
        Assert.Equal(1, await ReadAsync<int>("SELECT set_aside FROM reserve.reconciliations"));

        await ExecuteAsync("SET session_replication_role = replica; UPDATE reserve.refunds SET status = 'succeeded', succeeded_at = now()");
        plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -80m, 0m, Noon, "refund", "re_1");
        await EndAsync(plan);
        Assert.Equal("missing_in_ledger", Assert.Single(await FindingsAsync()).Kind);
    }

    [Fact]
    public async Task A_charge_that_was_read_before_its_payment_was_known_is_the_payments_as_soon_as_it_is()
    {
        await PostAsync("pi_1", 100m, 0m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "ch_1", 100m, 0m, Noon);
        await EndAsync(plan);
        Assert.Equal(["ch_1", "pi_1"], (await FindingsAsync()).Select(f => f.Reference).Order());

        await AttemptAsync("pi_1", "ch_1");
        await EndAsync(await BeginAsync(Day.AddDays(5)));

        Assert.All(await FindingsAsync(), f => Assert.Equal("closed", f.Status));
    }

    /// <summary>The line has the id of our attempt, which had no payment when it was read.</summary>
    [Fact]
    public async Task A_line_of_Mercado_Pago_is_named_after_its_payment_as_soon_as_that_is_known()
    {
        var plan = await BeginAsync(Day, "mercado_pago");
        await ListAsync(plan, "line", "99", -30m, 0m, Noon, "refund", "99", Attempt);
        await EndAsync(plan);
        Assert.Equal("99", Assert.Single(await FindingsAsync()).Reference);

        await AttemptAsync("7", "none", provider: "mercado_pago");
        await EndAsync(await BeginAsync(Day.AddDays(5), "mercado_pago"));

        Assert.Equal([("7", "open"), ("99", "closed")], (await FindingsAsync()).Select(f => (f.Reference, f.Status)).Order());
    }

    /// <summary>What was dismissed is dismissed as long as it is so; what comes after it is new.</summary>
    [Fact]
    public async Task What_was_dismissed_counts_while_it_is_so_and_is_told_again_if_it_comes_back()
    {
        async Task RunAsync(bool isListed)
        {
            var plan = await BeginAsync(Day);
            if (isListed)
            {
                await ListAsync(plan, "txn_1", "tu_1", 100m, 0m, Noon, "topup");
            }

            await EndAsync(plan);
            Now = Now.AddMinutes(5);
        }

        await RunAsync(true);
        await ExecuteAsync("SELECT reserve.transition_finding(id, 'open', 'dismissed', 'test', 'our own', now()) FROM reserve.reconciliation_findings");
        await RunAsync(true);
        Assert.Equal("dismissed", Assert.Single(await FindingsAsync()).Status);
        Assert.Equal((1, 1), await ReadAsync<(int, int)>("SELECT compared, agreed + 1 FROM reserve.reconciliations ORDER BY id DESC LIMIT 1"));

        await RunAsync(false);
        var superseded = Assert.Single(await FindingsAsync());
        Assert.Equal(("closed", "dismissed", "our own"), (superseded.Status, superseded.Resolution, superseded.Reason));
        await RunAsync(true);
        Assert.Equal(["closed", "open"], (await FindingsAsync()).Select(f => f.Status).Order());
    }

    /// <summary>Nobody can say whether it is so still: the balance is explained by it as before.</summary>
    [Fact]
    public async Task What_was_dismissed_stays_when_its_transactions_are_forgotten()
    {
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "tu_1", 100m, 0m, Noon, "topup");
        await EndAsync(plan);
        await ExecuteAsync("SELECT reserve.transition_finding(id, 'open', 'dismissed', 'test', 'our own', now()) FROM reserve.reconciliation_findings");

        Now = Now.AddDays(401);
        for (var runs = 0; runs < 2; runs++)
        {
            await EndAsync(await BeginAsync(Day.AddDays(401)));
            Assert.Equal(0, await ReadAsync<long>("SELECT count(*) FROM reserve.provider_transactions"));
            Assert.Equal("dismissed", Assert.Single(await FindingsAsync()).Status);
        }
    }

    /// <summary>A fee may be wrong by more than the amount of another.</summary>
    [Fact]
    public async Task The_greatest_differences_are_raised_first_and_a_fee_is_one_of_them()
    {
        await PostAsync("pi_1", 100m, 0m, Noon);
        await PostAsync("pi_2", 100m, 3m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", 101m, 0m, Noon);
        await ListAsync(plan, "txn_2", "pi_2", 100m, 50m, Noon);
        await EndAsync(plan, mostFindings: 1);
        Assert.Equal("pi_2", Assert.Single(await FindingsAsync()).Reference);
    }

    /// <summary>The run of one day reads, the run of the next reads and compares, then the first compares.</summary>
    [Fact]
    public async Task What_another_run_has_newly_taken_stays_and_what_is_listed_no_more_goes()
    {
        await PostAsync("pi_1", 100m, 0m, Midnight.AddMinutes(-30));
        var first = await BeginAsync(Day);
        Now = Now.AddMinutes(1);
        var second = await BeginAsync(Day.AddDays(1));
        await ListAsync(second, "txn_1", "pi_1", 100m, 0m, Midnight.AddMinutes(-30));
        await EndAsync(second);
        await EndAsync(first);
        Assert.Empty(await FindingsAsync());

        Now = Now.AddMinutes(5);
        await EndAsync(await BeginAsync(Day));
        Assert.Equal("missing_at_provider", Assert.Single(await FindingsAsync()).Kind);
    }

    /// <summary>What the balance was set right by is of no transaction that a provider would list.</summary>
    [Fact]
    public async Task An_adjustment_of_a_balance_is_missing_nowhere()
    {
        var run = await BeginAsync(Day);
        await PostAsync("stripe", 5m, 0m, Noon, "adjustment");
        await ExecuteAsync(
            """
            INSERT INTO reserve.reconciliation_findings
                (id, reconciliation_id, provider, book_date, kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee,
                 difference, status, resolution, adjustment_id, found_at)
            SELECT gen_random_uuid(), @Id, 'stripe', @BookDate, 'balance_mismatch', 'balance', 'stripe', 'BRL', 5, 0, 0, 0, 5, 'resolved', 'adjustment', t.id, now()
            FROM reserve.ledger_transactions t
            """,
            run);
        await EndAsync(run);
        Assert.Equal("balance_mismatch", Assert.Single(await FindingsAsync()).Kind);
    }

    private Task AttemptAsync(string payment, string charge, decimal? refundPending = null, string provider = "stripe") => ExecuteAsync(
        """
        SET session_replication_role = replica;

        INSERT INTO reserve.payment_attempts
            (id, booking_intent_id, payment_method, provider, operation_id, provider_payment_intent_id, provider_charge_id, amount, status, created_at, updated_at)
        VALUES (@Attempt, gen_random_uuid(), 'credit_card', @provider, 'op', @payment, @charge, 100, 'succeeded', now(), now());

        INSERT INTO reserve.refunds
            (id, payment_attempt_id, booking_intent_id, reason, request_key, amount, operation_id, provider_refund_id, status, requested_at, updated_at)
        SELECT gen_random_uuid(), a.id, a.booking_intent_id, 'test', 'test', @refundPending, 'op', 're_1', 'pending', now(), now()
        FROM reserve.payment_attempts a
        WHERE @refundPending::numeric IS NOT NULL;

        SET session_replication_role = origin
        """,
        new { Attempt, payment, charge, refundPending, provider });
}
