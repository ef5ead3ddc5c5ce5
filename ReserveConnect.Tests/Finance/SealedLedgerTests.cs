using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>The chain over the journal and the balances that are kept beside it.</summary>
public sealed class SealedLedgerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private readonly MigratedDatabase _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_balance_is_the_same_before_and_after_it_is_sealed()
    {
        var property = Guid.CreateVersion7();
        await PostAsync(Sale(100m, property), Noon);
        await SealAsync();
        await PostAsync(Sale(23.45m, property), Noon.AddHours(1));

        var before = await BalancesAsync();
        Assert.Equal(1, await SealAsync());
        var after = await BalancesAsync();

        Assert.Equal(before, after);
        Assert.Equal(123.45m, after.Single(a => a.Account == "cash_stripe").Balance);
        await ExpectSoundAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trial_balance_tells_what_it_was_at_any_instant(bool isSealed)
    {
        // Two days of the books, which end at 03:00 UTC.
        DateTimeOffset[] instants =
        [
            Noon, Noon.AddMinutes(1), new(2026, 11, 23, 2, 59, 59, TimeSpan.Zero), new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero), new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero),
        ];
        foreach (var instant in instants)
        {
            await PostAsync(Sale(10m, Guid.CreateVersion7()), instant);
        }

        if (isSealed)
        {
            await SealAsync();
        }

        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        Assert.Empty(await TrialBalance.ReadAsync(connection, Noon.AddTicks(-10)));
        for (var index = 0; index < instants.Length; index++)
        {
            var balance = await TrialBalance.ReadAsync(connection, instants[index]);
            Assert.Equal((index + 1) * 10m, balance.Single(a => a.Account == "cash_stripe").Balance);
            Assert.Equal(balance.Sum(a => a.Debits), balance.Sum(a => a.Credits));
        }
    }

    [Fact]
    public async Task Whoever_posts_and_seals_at_once_loses_nothing()
    {
        var properties = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        using var done = new CancellationTokenSource();
        var sealing = Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            while (!done.IsCancellationRequested)
            {
                await SealAsync();
            }
        }));
        var checking = Task.Run(async () =>
        {
            var checks = 0;
            while (!done.IsCancellationRequested)
            {
                var balances = await BalancesAsync();
                Assert.Equal(balances.Sum(a => a.Debits), balances.Sum(a => a.Credits));
                checks++;
            }

            return checks;
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var number = 0; number < 40; number++)
            {
                await PostAsync(Sale(1 + writer + (number / 100m), properties[number % 3]), Noon.AddMinutes(number));
            }
        }));
        await done.CancelAsync();
        await sealing;
        Assert.True(await checking > 0);
        await SealAsync();

        Assert.Equal(320, await ReadAsync<long>("SELECT max(position) FROM reserve.ledger_seals"));
        Assert.Equal(0, await ReadAsync<long>("SELECT count(*) FROM reserve.ledger_unsealed"));
        Assert.Equal(
            await ReadAsync<decimal>("SELECT sum(amount) FROM reserve.financial_ledger WHERE direction = 'debit'"),
            (await BalancesAsync()).Sum(a => a.Debits));
        await ExpectSoundAsync();
    }

    [Theory]
    [InlineData("an amount, on both sides", "UPDATE reserve.financial_ledger SET amount = amount + 1 WHERE transaction_id = @id", "ledger_chain_holds")]
    [InlineData("whose it is", "UPDATE reserve.financial_ledger SET account_id = gen_random_uuid() WHERE transaction_id = @id AND account = 'property_payable'", "ledger_chain_holds")]
    [InlineData("when it was", "UPDATE reserve.ledger_transactions SET created_at = created_at - interval '1 day' WHERE id = @id", "ledger_chain_holds")]
    [InlineData("who it was", "UPDATE reserve.ledger_transactions SET created_by = 'nobody' WHERE id = @id", "ledger_chain_holds")]
    [InlineData("the hash with it", "UPDATE reserve.financial_ledger SET amount = amount + 1 WHERE transaction_id = @id; UPDATE reserve.ledger_seals s SET content_hash = c.content_hash FROM reserve.ledger_contents c WHERE c.transaction_id = s.transaction_id AND s.transaction_id = @id", "ledger_chain_holds")]
    [InlineData("a link taken out", "DELETE FROM reserve.ledger_seals WHERE transaction_id = @id", "ledger_chain_holds")]
    [InlineData("a transaction taken out", "DELETE FROM reserve.ledger_seals WHERE transaction_id = @id; DELETE FROM reserve.financial_ledger WHERE transaction_id = @id; DELETE FROM reserve.ledger_transactions WHERE id = @id", "ledger_chain_holds")]
    [InlineData("a kept balance", "UPDATE reserve.ledger_balances SET debits = debits + 1 WHERE account = 'cash_stripe'", "kept_balances_are_the_sums")]
    [InlineData("a kept day", "UPDATE reserve.ledger_days SET credits = credits + 1 WHERE account = 'property_payable'", "kept_days_are_the_sums")]
    [InlineData("a kept total", "UPDATE reserve.ledger_day_totals SET entries = entries + 1", "kept_day_totals_are_the_sums")]
    [InlineData("an entry of no transaction", "INSERT INTO reserve.financial_ledger (id, transaction_id, transaction_type, direction, amount, account, account_type, created_at, created_by) VALUES (gen_random_uuid(), gen_random_uuid(), 'payment', 'debit', 1, 'cash_pix', 'platform', now(), 'test')", "entries_have_their_transaction")]
    [InlineData("a kept day taken out", "DELETE FROM reserve.ledger_days", "kept_days_are_the_sums")]
    public async Task What_a_superuser_changes_behind_the_triggers_shows(string what, string sql, string invariant)
    {
        for (var number = 0; number < 3; number++)
        {
            await PostAsync(Sale(10m, Guid.CreateVersion7()), Noon.AddMinutes(number));
        }

        await SealAsync();
        await using (var superuser = new NpgsqlConnection(_fixture.ConnectionString))
        {
            await superuser.ExecuteAsync($"SET session_replication_role = replica; {sql}", new { id = await ReadAsync<Guid>("SELECT transaction_id FROM reserve.ledger_seals WHERE position = 2") });
        }

        var broken = (await Invariants.CheckAsync(_fixture.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).Select(r => r.Invariant.Name).ToList();

        Assert.True(broken.Contains(invariant), string.Create(CultureInfo.InvariantCulture, $"{what}: {string.Join(", ", broken)}"));
    }

    // The property's whole price: nothing but what these tests look at.
    private static LedgerTransaction Sale(decimal amount, Guid property) =>
        new($"test:{Guid.CreateVersion7()}", "adjustment", "BRL", [new("cash_stripe", Side.Debit, amount), new("property_payable", Side.Credit, amount, property)]);

    private Task PostAsync(LedgerTransaction transaction, DateTimeOffset at) =>
        _fixture.Database.TransactAsync(unit => Ledger.PostAsync(unit, transaction, "test", at), CancellationToken.None);

    private Task<int> SealAsync() =>
        new SealLedger(_fixture.Database, TimeProvider.System, Options.Create(new FinanceOptions { SealBatch = 7 }), NullLogger<SealLedger>.Instance).RunAsync(CancellationToken.None);

    private async Task<IReadOnlyList<AccountBalance>> BalancesAsync()
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        return await TrialBalance.ReadAsync(connection);
    }

    private async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private async Task ExpectSoundAsync()
    {
        var broken = (await Invariants.CheckAsync(_fixture.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).ToList();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(r => $"{r.Invariant.Name}: {string.Join(", ", r.Sample)}")));
    }
}
