using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Tests.Database;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>What agrees and what does not, on rows that no sandbox would make.</summary>
public sealed class MatchingTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 11, 20);
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Midnight = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private readonly MigratedDatabase _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    /// <summary>A hundred thousand charges and their fees, one of them with a cent more.</summary>
    [Fact]
    public async Task One_cent_is_found_among_a_hundred_thousand()
    {
        const int Payments = 100_000;
        await PostManyAsync(Payments);
        var plan = await BeginAsync(Day);
        await ListManyAsync(plan, Payments);
        await ExecuteAsync("UPDATE reserve.reconciliation_staging SET fee = fee + 0.01 WHERE reference = 'pi_77777'");

        var begun = Stopwatch.GetTimestamp();
        await EndAsync(plan);
        output.WriteLine($"compared in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");

        var finding = Assert.Single(await FindingsAsync());
        Assert.Equal(("amount_mismatch", "pi_77777", -0.01m), (finding.Kind, finding.Reference, finding.Difference));
        Assert.Equal((Payments, Payments - 1), await ReadAsync<(int, int)>("SELECT compared, agreed FROM reserve.reconciliations"));
    }

    [Theory]
    [InlineData(-1, 60)]
    [InlineData(60, -1)]
    [InlineData(-3_600, 3_600)]
    public async Task What_is_dated_on_two_sides_of_midnight_agrees_on_both_days(int providerSeconds, int booksSeconds)
    {
        await PostAsync("pi_1", 100m, 3m, Midnight.AddSeconds(booksSeconds));
        foreach (var day in (DateOnly[])[Day, Day.AddDays(1)])
        {
            var plan = await BeginAsync(day);
            await ListAsync(plan, "txn_1", "pi_1", 100m, 3m, Midnight.AddSeconds(providerSeconds));
            await EndAsync(plan);
        }

        Assert.Empty(await FindingsAsync());
        Assert.Equal(2, await ReadAsync<long>("SELECT sum(agreed) FROM reserve.reconciliations"));
    }

    /// <summary>The refund was listed, and its payment months before any day was compared.</summary>
    [Fact]
    public async Task What_was_partly_moved_on_days_that_nobody_compared_is_set_aside()
    {
        await PostAsync("pi_1", 100m, 3m, Noon.AddDays(-90));
        await PostAsync("pi_1", 0m, 0.50m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_2", "pi_1", 0m, 0.51m, Noon);
        await EndAsync(plan);

        Assert.Empty(await FindingsAsync());
        Assert.Equal(1, await ReadAsync<int>("SELECT set_aside FROM reserve.reconciliations"));
    }

    [Fact]
    public async Task A_refund_that_a_dispute_stands_for_moves_nothing_and_is_missing_nowhere()
    {
        await PostAsync("pi_1", -80m, 0m, Noon, "refund");
        await PostAsync("pi_1", 80m, 0m, Noon, "dispute_settled");
        var plan = await BeginAsync(Day);
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());
    }

    [Fact]
    public async Task A_fee_that_the_books_have_beside_a_dispute_is_compared_as_a_fee()
    {
        await PostAsync("pi_1", -80m, 55m, Noon, "dispute");
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -80m, 55m, Noon, "dispute");
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());
    }

    /// <summary>Two refunds of one payment over the same sum are no duplicate; the same one twice is.</summary>
    [Fact]
    public async Task Equal_refunds_are_told_from_one_that_is_there_twice()
    {
        await PostAsync("pi_1", -50m, 0m, Noon, "refund");
        await PostAsync("pi_1", -50m, 0m, Noon, "refund");
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", -50m, 0m, Noon, "refund", "re_1");
        await ListAsync(plan, "txn_2", "pi_1", -50m, 0m, Noon, "refund", "re_2");
        await EndAsync(plan);
        Assert.Empty(await FindingsAsync());

        plan = await BeginAsync(Day);
        foreach (var (id, source) in (IEnumerable<(string, string)>)[("txn_1", "re_1"), ("txn_2", "re_2"), ("txn_3", "re_2")])
        {
            await ListAsync(plan, id, "pi_1", -50m, 0m, Noon, "refund", source);
        }

        await EndAsync(plan);
        Assert.Equal("duplicate", Assert.Single(await FindingsAsync()).Kind);
    }

    [Fact]
    public async Task More_than_may_be_raised_at_once_is_raised_when_it_is_run_again()
    {
        for (var number = 0; number < 5; number++)
        {
            await PostAsync($"pi_{number}", 100m + number, 0m, Noon);
        }

        await EndAsync(await BeginAsync(Day), mostFindings: 3);
        Assert.Equal(["pi_2", "pi_3", "pi_4"], (await FindingsAsync()).Select(f => f.Reference).Order());
        await EndAsync(await BeginAsync(Day), mostFindings: 5);
        Assert.Equal(5, (await FindingsAsync()).Count);
    }

    [Fact]
    public async Task Figures_that_change_are_another_finding_and_the_first_closes()
    {
        await PostAsync("pi_1", 100m, 0m, Noon);
        foreach (var amount in (decimal[])[100.01m, 100.02m])
        {
            var plan = await BeginAsync(Day);
            await ListAsync(plan, "txn_1", "pi_1", amount, 0m, Noon);
            await EndAsync(plan);
        }

        Assert.Equal([("closed", 0.01m), ("open", 0.02m)], (await FindingsAsync()).Select(f => (f.Status, f.Difference)).Order());
    }

    [Fact]
    public async Task A_run_that_is_compared_twice_is_compared_once()
    {
        await PostAsync("pi_1", 100m, 3m, Noon);
        var plan = await BeginAsync(Day);
        await ListAsync(plan, "txn_1", "pi_1", 100m, 3m, Noon);
        await EndAsync(plan);
        await EndAsync(plan);

        Assert.Empty(await FindingsAsync());
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.provider_transactions"));
    }

    private async Task<ReconciliationPlan> BeginAsync(DateOnly day)
    {
        var at = new DateTimeOffset(day, new(3, 0), TimeSpan.Zero);
        var plan = new ReconciliationPlan(Guid.CreateVersion7(), "stripe", day, at.AddHours(-4), at.AddDays(1).AddHours(4));
        await ExecuteAsync(
            """
            INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_at)
            VALUES (@Id, 'stripe', @BookDate, 'running', @From, @To, 'test', now())
            """,
            plan);
        return plan;
    }

    private async Task EndAsync(ReconciliationPlan plan, int mostFindings = 500)
    {
        var options = Options.Create(new ReconciliationOptions { MostFindings = mostFindings });
        var clock = new ReserveConnect.Sandbox.ShiftedClock(Noon.AddDays(2) - TimeProvider.System.GetUtcNow());
        await new CompareTransactions(_fixture.Database, clock, options, NullLogger<CompareTransactions>.Instance).RunAsync(plan, CancellationToken.None);
        await new EndReconciliation(_fixture.Database, clock).DoneAsync(plan, CancellationToken.None);
    }

    private Task ListAsync(
        ReconciliationPlan plan, string id, string reference, decimal amount, decimal fee, DateTimeOffset at, string movement = "payment", string? source = null) =>
        ExecuteAsync(
            """
            INSERT INTO reserve.reconciliation_staging (reconciliation_id, transaction_id, type, movement, reference, source_id, amount, fee, currency, occurred_at)
            VALUES (@Id, @transaction, @movement, @movement, @reference, @source, @amount, @fee, 'BRL', @at)
            """,
            new { plan.Id, transaction = id, movement, reference, source, amount, fee, at });

    private Task ListManyAsync(ReconciliationPlan plan, int payments) => ExecuteAsync(
        """
        INSERT INTO reserve.reconciliation_staging (reconciliation_id, transaction_id, type, movement, reference, source_id, amount, fee, currency, occurred_at)
        SELECT @Id, 'txn_' || n, 'charge', 'payment', 'pi_' || n, 'ch_' || n, 100 + n % 900, 3.29, 'BRL', @Noon
        FROM generate_series(1, @payments) n
        """,
        new { plan.Id, payments, Noon });

    private Task PostManyAsync(int payments) => ExecuteAsync(
        """
        SET session_replication_role = replica;

        INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, content_hash, created_at, created_by)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'payment:' || n, 'payment', '\x00'::bytea, @Noon, 'test'
        FROM generate_series(1, @payments) n
        UNION ALL
        SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'fee:ch_' || n, 'fee', '\x00'::bytea, @Noon, 'test'
        FROM generate_series(1, @payments) n;

        INSERT INTO reserve.financial_ledger
            (id, transaction_id, transaction_type, direction, amount, account, account_type, stripe_payment_intent_id, created_at, created_by)
        SELECT gen_random_uuid(), t.id, t.transaction_type, e.direction, e.amount, e.account, 'platform',
               'pi_' || n, t.created_at, 'test'
        FROM reserve.ledger_transactions t
        CROSS JOIN LATERAL (SELECT (regexp_match(t.business_key, '[0-9]+$'))[1]::int AS n) k
        CROSS JOIN LATERAL (VALUES
            ('payment', 'debit', 100 + k.n % 900, 'cash_stripe'), ('payment', 'credit', 100 + k.n % 900, 'guest_prepayment'),
            ('fee', 'debit', 3.29, 'stripe_fees'), ('fee', 'credit', 3.29, 'cash_stripe')) AS e (type, direction, amount, account)
        WHERE e.type = t.transaction_type;

        SET session_replication_role = origin;
        ANALYZE reserve.financial_ledger, reserve.ledger_transactions
        """,
        new { payments, Noon });

    // As the posting function would: cash against another account, a fee against the fees.
    private async Task PostAsync(string reference, decimal amount, decimal fee, DateTimeOffset at, string type = "payment")
    {
        List<(string Account, string Direction, decimal Amount)> entries = [];
        if (type == "payment")
        {
            if (amount != 0)
            {
                await PostAsync(reference, at, "payment", [("cash_stripe", "debit", amount), ("guest_prepayment", "credit", amount)]);
            }

            if (fee != 0)
            {
                await PostAsync(reference, at, "fee", [("stripe_fees", "debit", fee), ("cash_stripe", "credit", fee)]);
            }

            return;
        }

        var cash = amount - fee;
        entries.Add(("cash_stripe", cash > 0 ? "debit" : "credit", Math.Abs(cash)));
        entries.Add(("refund_expense", amount > 0 ? "credit" : "debit", Math.Abs(amount)));
        if (fee != 0)
        {
            entries.Add(("stripe_fees", "debit", fee));
        }

        await PostAsync(reference, at, type, entries);
    }

    private Task PostAsync(string reference, DateTimeOffset at, string type, List<(string Account, string Direction, decimal Amount)> entries) => ExecuteAsync(
        """
        SELECT reserve.post_ledger_transaction(
            gen_random_uuid(), gen_random_uuid()::text, @type, 'BRL', NULL, NULL, NULL, NULL, @reference, NULL, NULL, '', NULL, '\x00', @at, 'test',
            @ids, @accounts, @directions, @amounts, @nobodies, @untaxed)
        """,
        new
        {
            type, reference, at,
            ids = entries.Select(_ => Guid.CreateVersion7()).ToArray(),
            accounts = entries.Select(e => e.Account).ToArray(),
            directions = entries.Select(e => e.Direction).ToArray(),
            amounts = entries.Select(e => e.Amount).ToArray(),
            nobodies = entries.Select(_ => (Guid?)null).ToArray(),
            untaxed = entries.Select(_ => (string?)null).ToArray(),
        });

    private async Task<IReadOnlyList<FindingView>> FindingsAsync()
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        return (await connection.QueryAsync<FindingView>(
            """
            SELECT id, reconciliation_id, provider, book_date, kind, movement, reference, currency, provider_amount, provider_fee, ledger_amount, ledger_fee,
                   difference, detail, status, resolution, reason, adjustment_id, resolved_by, resolved_at, found_at
            FROM reserve.reconciliation_findings
            ORDER BY found_at, id
            """)).AsList();
    }

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        return await connection.QuerySingleAsync<T>(sql);
    }

    private async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        await connection.ExecuteAsync(sql, parameters, commandTimeout: 120);
    }
}
