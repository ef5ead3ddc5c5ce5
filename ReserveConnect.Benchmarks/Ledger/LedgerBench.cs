using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;

namespace ReserveConnect.Benchmarks.Ledger;

/// <summary>The application's own way to the books, as its own login.</summary>
internal sealed class LedgerBench : IAsyncDisposable
{
    private readonly DatabasePools _pools;
    private readonly ReserveDatabase _database;
    private readonly SealLedger _seal;
    private int _posted;

    public LedgerBench(BenchWorld world)
    {
        var options = new DatabaseOptions { ConnectionString = world.Stack.FunctionsConnectionString };
        _pools = DatabasePools.Build(options, null);
        _database = new(_pools, new EventBell(), Options.Create(options));
        _seal = new(_database, TimeProvider.System, Options.Create(new FinanceOptions()), NullLogger<SealLedger>.Instance);
    }

    /// <summary>How many kinds of transactions there are.</summary>
    public const int Kinds = 4;

    /// <summary>
    /// One of what a paid booking of R$ 1,000 posts (money.md, worked example): the payment, its fee, the shares, the tax. In the place
    /// of the guest, whom there is not, stand retained earnings: the invariants know what guests have.
    /// </summary>
    /// <param name="number">Which of them, over and over.</param>
    /// <param name="key">What its business key ends with.</param>
    public static LedgerTransaction Transaction(int number, string key, Guid propertyId)
    {
        LedgerTransaction Of(string type, params LedgerEntry[] entries) => new($"bench-{type}:{key}", type, Finance.Ledger.Currency, entries) { PropertyId = propertyId };
        return (number % Kinds) switch
        {
            0 => Of("bench_payment", new(Postings.CashStripe, Side.Debit, 1000m), new(Postings.RetainedEarnings, Side.Credit, 1000m)),
            1 => Of("bench_fee", new(Postings.StripeFees, Side.Debit, 29.30m), new(Postings.CashStripe, Side.Credit, 29.30m)),
            2 => Of(
                "bench_commission",
                new(Postings.RetainedEarnings, Side.Debit, 1000m), new(Postings.PropertyPayable, Side.Credit, 850m, propertyId), new(Postings.CommissionIncome, Side.Credit, 150m)),
            _ => Of("bench_tax", new(Postings.TaxExpense, Side.Debit, 7.50m, TaxType: "ISS"), new(Postings.TaxPayable, Side.Credit, 7.50m, TaxType: "ISS")),
        };
    }

    /// <summary>Posts the next of them, as the application does: a database transaction of its own, of one statement.</summary>
    public Task PostAsync(Guid propertyId)
    {
        var transaction = Transaction(Interlocked.Increment(ref _posted), $"{Guid.CreateVersion7()}", propertyId);
        return _database.WriteAsync(
            connection => new UnitOfWork(connection).SendAsync(Finance.Ledger.Post(transaction, "bench", TimeProvider.System.GetUtcNow())), EventLanes.None, CancellationToken.None);
    }

    /// <summary>Posts some in one database transaction and one round trip.</summary>
    public Task PostAsync(IEnumerable<LedgerTransaction> transactions, CancellationToken cancellation)
    {
        Statement[] statements = [.. transactions.Select(transaction => Finance.Ledger.Post(transaction, "bench", TimeProvider.System.GetUtcNow()))];
        return _database.WriteAsync(connection => new UnitOfWork(connection).SendAsync(statements), EventLanes.None, cancellation);
    }

    /// <summary>Seals what is there.</summary>
    /// <returns>How many transactions.</returns>
    public Task<int> SealAsync(CancellationToken cancellation) => _seal.RunAsync(cancellation);

    /// <summary>Properties to post for.</summary>
    public async Task<Guid[]> PropertiesAsync(int most, CancellationToken cancellation)
    {
        await using var connection = await _database.OpenAsync(cancellation);
        return [.. await connection.QueryAsync<Guid>("SELECT id FROM reserve.properties_map ORDER BY id LIMIT @most", new { most })];
    }

    /// <summary>The trial balance.</summary>
    /// <param name="at">Null: now.</param>
    public async Task<decimal> DifferenceAsync(DateTimeOffset? at, CancellationToken cancellation)
    {
        await using var connection = await _database.OpenAsync(cancellation);
        var accounts = at is { } then ? await TrialBalance.ReadAsync(connection, then) : await TrialBalance.ReadAsync(connection);
        return accounts.Sum(a => a.Debits - a.Credits);
    }

    /// <summary>Entries of the journal.</summary>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM reserve.financial_ledger");
    }

    /// <summary>Fills the journal up to so many entries, spread over a year and the properties, as nobody could post them in the time that there is.</summary>
    public static async Task FillAsync(BenchWorld world, long entries, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SET session_replication_role = replica;

            CREATE TEMP TABLE made AS
            SELECT gen_random_uuid() AS id, p.id AS property_id, n, now() - interval '1 year' * random() AS at
            FROM generate_series(1, @transactions) n
            JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nr, count(*) OVER () AS properties FROM reserve.properties_map) p ON p.nr = n % p.properties;

            INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, property_id, content_hash, created_at, created_by)
            SELECT id, 'fill:' || id, 'bench_fill', property_id, '\x00', at, 'bench'
            FROM made;

            INSERT INTO reserve.financial_ledger
                (id, transaction_id, property_id, transaction_type, direction, amount, account, account_type, account_id, created_at, created_by)
            SELECT gen_random_uuid(), m.id, m.property_id, 'bench_fill', e.direction, e.amount, e.account, e.account_type,
                   CASE e.account_type WHEN 'property' THEN m.property_id END, m.at, 'bench'
            FROM made m
            CROSS JOIN (VALUES ('debit', 100.00, 'cash_pix', 'platform'), ('credit', 85.00, 'property_payable', 'property'),
                               ('credit', 10.00, 'commission_income', 'platform'), ('credit', 5.00, 'service_fee_income', 'platform'))
                AS e (direction, amount, account, account_type);

            INSERT INTO reserve.ledger_unsealed (transaction_id)
            SELECT id
            FROM made;

            DROP TABLE made;
            SET session_replication_role = origin;
            """,
            new { transactions = entries / 4 }, commandTimeout: 0, cancellationToken: cancellation));
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE reserve.ledger_transactions, reserve.financial_ledger", commandTimeout: 0, cancellationToken: cancellation));
    }

    public ValueTask DisposeAsync() => _pools.DisposeAsync();
}
