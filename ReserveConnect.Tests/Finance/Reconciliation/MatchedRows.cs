using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>A database of its own whose books and lists are written row by row, and runs over them.</summary>
public abstract class MatchedRows : IAsyncLifetime
{
    protected static readonly DateOnly Day = new(2026, 11, 20);
    protected static readonly DateTimeOffset Noon = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);
    protected static readonly DateTimeOffset Midnight = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private readonly MigratedDatabase _fixture = new();

    /// <summary>When runs begin and end.</summary>
    protected DateTimeOffset Now { get; set; } = Noon.AddDays(2);

    protected ReserveDatabase Database => _fixture.Database;

    protected TimeProvider Clock => new ShiftedClock(Now - TimeProvider.System.GetUtcNow());

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    protected async Task<ReconciliationPlan> BeginAsync(DateOnly day, string provider = "stripe")
    {
        var at = new DateTimeOffset(day, new(3, 0), TimeSpan.Zero);
        var plan = new ReconciliationPlan(Guid.CreateVersion7(), provider, day, at.AddHours(-4), at.AddDays(1).AddHours(4));
        await ExecuteAsync(
            """
            INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_at, started_at)
            VALUES (@Id, @Provider, @BookDate, 'running', @From, @To, 'test', @Now, @Now)
            """,
            new { plan.Id, plan.Provider, plan.BookDate, plan.From, plan.To, Now });
        return plan;
    }

    protected async Task EndAsync(ReconciliationPlan plan, int mostFindings = 500)
    {
        var options = Options.Create(new ReconciliationOptions { MostFindings = mostFindings });
        await new CompareTransactions(Database, Clock, options, NullLogger<CompareTransactions>.Instance).RunAsync(plan, CancellationToken.None);
        await new EndReconciliation(Database, Clock).DoneAsync(plan, CancellationToken.None);
    }

    protected Task ListAsync(
        ReconciliationPlan plan, string id, string reference, decimal amount, decimal fee, DateTimeOffset at, string movement = "payment", string? source = null,
        Guid? ours = null) =>
        ExecuteAsync(
            """
            INSERT INTO reserve.reconciliation_staging (reconciliation_id, transaction_id, type, movement, reference, source_id, external_reference, amount, fee, currency, occurred_at)
            VALUES (@Id, @transaction, @movement, @movement, @reference, @source, @ours::text, @amount, @fee, 'BRL', @at)
            """,
            new { plan.Id, transaction = id, movement, reference, source, ours, amount, fee, at });

    protected Task ListManyAsync(ReconciliationPlan plan, int payments) => ExecuteAsync(
        """
        INSERT INTO reserve.reconciliation_staging (reconciliation_id, transaction_id, type, movement, reference, source_id, amount, fee, currency, occurred_at)
        SELECT @Id, 'txn_' || n, 'charge', 'payment', 'pi_' || n, 'ch_' || n, 100 + n % 900, 3.29, 'BRL', @Noon
        FROM generate_series(1, @payments) n
        """,
        new { plan.Id, payments, Noon });

    protected Task PostManyAsync(int payments) => ExecuteAsync(
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
    protected async Task PostAsync(string reference, decimal amount, decimal fee, DateTimeOffset at, string type = "payment")
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

    protected Task PostAsync(string reference, DateTimeOffset at, string type, List<(string Account, string Direction, decimal Amount)> entries) => ExecuteAsync(
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

    protected async Task<IReadOnlyList<FindingView>> FindingsAsync()
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

    protected async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        return await connection.QuerySingleAsync<T>(sql);
    }

    protected async Task<IReadOnlyList<DateOnly>> DatesAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        return (await connection.QueryAsync<DateOnly>(sql)).AsList();
    }

    protected async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_fixture.ConnectionString);
        await connection.ExecuteAsync(sql, parameters, commandTimeout: 120);
    }
}
