using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance.Reconciliation;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Benchmarks.Ledger;

/// <summary>
/// One day of a provider: its transactions read over HTTP in pages of a hundred, kept, and compared with the books, in which one of them
/// is a cent less. Beside it, in the same run, what PostgreSQL takes to copy as many rows in and to join them with nothing else to do.
/// </summary>
internal sealed class ReconciliationBenchmark : IBenchmark
{
    private const double MostSeconds = 10;
    // Nobody books that early, and what is older is forgotten.
    private const int DaysAgo = 60;
    private const string Maker = "bench_reconciliation";

    public string Name => "reconciliation";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var count = world.Options.ReconciledTransactions;
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-DaysAgo);
        var noon = new DateTimeOffset(day, new(15, 0), TimeSpan.Zero);
        var databaseOptions = new DatabaseOptions { ConnectionString = world.Stack.FunctionsConnectionString };
        await using var pools = DatabasePools.Build(databaseOptions, null);
        var database = new ReserveDatabase(pools, new EventBell(), Options.Create(databaseOptions));
        await using var listed = await ListedTransactions.StartAsync(count, noon, wrong: count / 2);
        await using var services = Clients(listed.Url);
        await FillAsync(world, count, noon, cancellation);
        try
        {
            List<double> plain = [];
            List<(double Read, double Compare)> taken = [];
            for (var round = 0; round < world.Options.Rounds; round++)
            {
                plain.Add(await CopyAndJoinAsync(world, count, cancellation));
                taken.Add(await ReconcileAsync(database, services, day, cancellation));
            }

            var found = await FoundAsync(database, cancellation);
            var whole = taken.Select(t => t.Read + t.Compare).ToList();
            var report = world.Report;
            report.Title("reconciliation", $"{count:#,0} transactions of a provider's day, read in pages of 100 and compared with as many payments and fees");
            report.Figure("baseline: rows copied in and joined, seconds", $"{Median.Of(plain):0.00}", $"rounds {Rounds(plain)}");
            report.Figure("read over HTTP and kept, seconds", $"{Median.Of(taken.Select(t => t.Read)):0.00}", $"rounds {Rounds(taken.Select(t => t.Read))}");
            report.Figure("compared, seconds", $"{Median.Of(taken.Select(t => t.Compare)):0.00}", $"rounds {Rounds(taken.Select(t => t.Compare))}");
            report.Figure("in all, seconds", $"{Median.Of(whole):0.00}", $"rounds {Rounds(whole)}");
            report.Figure("ratio of comparing to the baseline", $"{Median.Of(taken.Select(t => t.Compare)) / Median.Of(plain):0.0}");
            report.Line($"target: {count:#,0} in under {MostSeconds:0} s: {(Median.Of(whole) < MostSeconds ? "met" : "MISSED")}");
            report.Line(found == 1 ? "the one cent was found, once" : $"BROKEN: the one cent was found {found} times");
            return found == 1;
        }
        finally
        {
            await ForgetAsync(world, day);
        }
    }

    private static ServiceProvider Clients(string url) => new ServiceCollection()
        .AddLogging()
        .AddProviders(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Reserve:Stripe:BaseUrl"] = url,
            ["Reserve:Stripe:ApiKey"] = "sk_test_bench",
            ["Reserve:Stripe:WebhookSecret"] = "whsec_bench",
            ["Reserve:MercadoPago:BaseUrl"] = url,
            ["Reserve:MercadoPago:AccessToken"] = "TEST-bench",
            ["Reserve:MercadoPago:WebhookSecret"] = "bench",
        }).Build())
        .BuildServiceProvider();

    private static async Task<(double Read, double Compare)> ReconcileAsync(
        ReserveDatabase database, IServiceProvider services, DateOnly day, CancellationToken cancellation)
    {
        var options = Options.Create(new ReconciliationOptions());
        var plan = (await new OrderReconciliation(database, new EndReconciliation(database, TimeProvider.System), TimeProvider.System, options)
            .RunAsync(Reconciled.Stripe, day, new Actor(ActorKind.Service), cancellation)).Value;
        var fetch = new FetchTransactions(
            database, services.GetRequiredService<IStripeGateway>(), services.GetRequiredService<MercadoPagoClient>(), TimeProvider.System, options);
        var since = Stopwatch.GetTimestamp();
        await fetch.BeginAsync(plan, cancellation);
        for (var progress = new FetchProgress(); !progress.IsDone;)
            progress = await fetch.StripeAsync(plan, progress, cancellation);
        var read = Stopwatch.GetElapsedTime(since).TotalSeconds;
        since = Stopwatch.GetTimestamp();
        await new CompareTransactions(database, TimeProvider.System, options, NullLogger<CompareTransactions>.Instance).RunAsync(plan, cancellation);
        await new EndReconciliation(database, TimeProvider.System).DoneAsync(plan, cancellation);
        return (read, Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private static async Task<double> CopyAndJoinAsync(BenchWorld world, int count, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        await connection.ExecuteAsync("CREATE TEMP TABLE copied (reference text, amount numeric)");
        var since = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginBinaryImportAsync("COPY copied FROM STDIN (FORMAT binary)", cancellation))
        {
            for (var number = 1; number <= count; number++)
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync($"ch_bench_{number}", cancellation);
                await copy.WriteAsync(100m + (number % 900 / 100m), cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT count(*)
            FROM copied c
            JOIN reserve.financial_ledger l ON l.stripe_payment_intent_id = c.reference AND l.account = 'cash_stripe' AND l.transaction_type = 'payment'
            WHERE l.amount <> c.amount
            """,
            commandTimeout: 0, cancellationToken: cancellation));
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    // Payments and fees of guests whom there are not: they are taken out again before anything asks for their guests.
    private static async Task FillAsync(BenchWorld world, int count, DateTimeOffset noon, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            SET session_replication_role = replica;

            CREATE TEMP TABLE made AS
            SELECT gen_random_uuid() AS payment, gen_random_uuid() AS fee, n, 100 + n % 900 / 100.0 AS amount
            FROM generate_series(1, @count) n;

            INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, content_hash, created_at, created_by)
            SELECT payment, @Maker || ':payment:' || n, 'payment', '\x00'::bytea, @noon, @Maker
            FROM made
            UNION ALL
            SELECT fee, @Maker || ':fee:' || n, 'fee', '\x00'::bytea, @noon, @Maker
            FROM made;

            INSERT INTO reserve.financial_ledger
                (id, transaction_id, transaction_type, direction, amount, account, account_type, stripe_payment_intent_id, created_at, created_by)
            SELECT gen_random_uuid(), CASE e.type WHEN 'payment' THEN m.payment ELSE m.fee END, e.type, e.direction,
                   CASE e.type WHEN 'payment' THEN m.amount ELSE 3.29 END, e.account, 'platform', 'ch_bench_' || m.n, @noon, @Maker
            FROM made m
            CROSS JOIN (VALUES ('payment', 'debit', 'cash_stripe'), ('payment', 'credit', 'guest_prepayment'),
                               ('fee', 'debit', 'stripe_fees'), ('fee', 'credit', 'cash_stripe')) AS e (type, direction, account);

            DROP TABLE made;
            SET session_replication_role = origin;
            """,
            new { count, noon, Maker }, commandTimeout: 0, cancellationToken: cancellation));
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE reserve.ledger_transactions, reserve.financial_ledger", commandTimeout: 0, cancellationToken: cancellation));
    }

    private static async Task<long> FoundAsync(ReserveDatabase database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM reserve.reconciliation_findings WHERE reference LIKE 'ch_bench_%' AND kind = 'amount_mismatch' AND difference = 0.01");
    }

    private static async Task ForgetAsync(BenchWorld world, DateOnly day)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.ExecuteAsync(
            """
            SET session_replication_role = replica;
            DELETE FROM reserve.exceptions WHERE exception_key IN (
                SELECT 'reconciliation_finding:' || id FROM reserve.reconciliation_findings WHERE reference LIKE 'ch_bench_%');
            DELETE FROM reserve.reconciliation_findings WHERE reference LIKE 'ch_bench_%';
            DELETE FROM reserve.provider_transactions WHERE reference LIKE 'ch_bench_%';
            DELETE FROM reserve.reconciliations WHERE book_date = @day;
            DELETE FROM reserve.financial_ledger WHERE created_by = @Maker;
            DELETE FROM reserve.ledger_transactions WHERE created_by = @Maker;
            SET session_replication_role = origin
            """,
            new { Maker, day }, commandTimeout: 0);
    }

    private static string Rounds(IEnumerable<double> values) => string.Join(", ", values.Select(value => $"{value:0.00}"));
}
