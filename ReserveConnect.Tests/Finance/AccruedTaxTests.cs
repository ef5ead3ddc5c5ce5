using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Taxes;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>Taxes on a month's income: once, to the cent, and what is owed of them.</summary>
public sealed class AccruedTaxTests : IAsyncLifetime
{
    private static readonly Guid Urubici = Guid.Parse("0198b0a0-0000-7000-8000-000000000001");
    private static readonly Guid Gramado = Guid.CreateVersion7();
    private static readonly DateOnly January = new(2027, 1, 1);

    // The books' month of January 2027 is from 03:00 UTC to 03:00 UTC.
    private static readonly DateTimeOffset First = new(2027, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Mid = new(2027, 1, 16, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2027, 2, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly MigratedDatabase _fixture = new();
    private readonly ShiftedClock _clock = ShiftedClock.At(End.AddHours(3));
    private Guid _here;
    private Guid _there;

    public async Task InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _here = await AddPropertyAsync(Urubici);
        _there = await AddPropertyAsync(Gramado);
    }

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_months_income_is_taxed_once_by_city_with_the_rates_of_its_days_and_rounded_once(bool isSealed)
    {
        await AddRuleAsync("PIS", 0.65m, null, "2026-01-01");
        await AddRuleAsync("COFINS", 3m, null, "2027-01-16");
        await AddRuleAsync("PIS", 1.65m, Gramado, "2027-01-01", "2027-01-15");
        await EarnAsync(_here, First.AddTicks(-10), commission: 9999m);
        await EarnAsync(_here, First, commission: 100.10m);
        await EarnAsync(_here, Mid, commission: 33.33m, serviceFee: 20.05m);
        await EarnAsync(_here, End.AddTicks(-10), cancellationFee: 10.01m);
        await EarnAsync(_here, End, commission: 7777m);
        await EarnAsync(_there, Mid.AddDays(-10), commission: 200m);
        await EarnAsync(_there, Mid, commission: 100m);
        await EarnAsync(null, Mid, commission: 5m);
        if (isSealed)
        {
            await SealAsync();
        }

        // December, which nobody had accrued, is in it.
        Assert.Equal(7, await AccrueAsync());
        Assert.Equal(0, await AccrueAsync());

        // Urubici: 163.49 * 0.65 % = 1.062685; 63.39 * 3 % = 1.9017. Gramado: 200 * 1.65 % + 100 * 0.65 % = 3.95; 100 * 3 %.
        Assert.Equal(
            [
                ("accrue:COFINS:" + Urubici + ":2027-01", 1.90m), ("accrue:COFINS:" + Gramado + ":2027-01", 3m), ("accrue:COFINS:none:2027-01", 0.15m),
                ("accrue:PIS:" + Urubici + ":2027-01", 1.06m), ("accrue:PIS:" + Gramado + ":2027-01", 3.95m), ("accrue:PIS:none:2027-01", 0.03m),
            ],
            (await PostedAsync()).Where(p => p.Key.EndsWith("2027-01", StringComparison.Ordinal)).OrderBy(p => p.Key.Split(':')[1]).ThenBy(p => p.Key.Contains("none", StringComparison.Ordinal)).ThenBy(p => p.Key.Contains(Gramado.ToString(), StringComparison.Ordinal)));
        await ExpectEqualToTheLedgerAsync(January.AddMonths(1));
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task A_correction_is_income_of_the_month_in_which_it_is_booked_and_may_lower_the_tax()
    {
        await AddRuleAsync("PIS", 0.65m, null, "2026-01-01");
        await EarnAsync(_here, Mid, commission: 1000m);
        await AccrueAsync();
        // January is over and taxed; what is given back now is February's, and an entry of January that comes late changes nothing.
        await EarnAsync(_here, End.AddDays(2), commission: -400m);
        await EarnAsync(_here, Mid, commission: 50m);

        Assert.Equal(0, await AccrueAsync());
        _clock.Advance(TimeSpan.FromDays(28));
        Assert.Equal(1, await AccrueAsync());

        Assert.Equal([("accrue:PIS:" + Urubici + ":2027-01", 6.50m), ("accrue:PIS:" + Urubici + ":2027-02", -2.60m)], (await PostedAsync()).OrderBy(p => p.Key));
        await ExpectSoundAsync();
    }

    [Fact]
    public async Task The_current_month_and_one_that_has_just_ended_wait()
    {
        await AddRuleAsync("PIS", 0.65m, null, "2026-01-01");
        await EarnAsync(_here, Mid, commission: 1000m);
        var clock = ShiftedClock.At(End.AddMinutes(59));

        Assert.Equal(0, await AccrueAsync(clock));

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await AccrueAsync(clock));
    }

    [Fact]
    public async Task Months_that_nobody_accrued_are_made_up_for_and_hosts_that_do_it_at_once_do_it_once()
    {
        await AddRuleAsync("PIS", 0.65m, null, "2026-01-01");
        await EarnAsync(_here, Mid, commission: 1000m);
        await EarnAsync(_there, Mid.AddMonths(1), commission: 500m);
        await EarnAsync(_there, Mid.AddMonths(-3), commission: 500m);
        _clock.Advance(TimeSpan.FromDays(60));

        var accrued = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AccrueAsync()));

        Assert.Equal(2, accrued.Sum());
        Assert.Equal(2, (await PostedAsync()).Count);
    }

    [Fact]
    public async Task Without_a_rule_nothing_is_taxed()
    {
        await EarnAsync(_here, Mid, commission: 1000m);

        Assert.Equal(0, await AccrueAsync());
    }

    [Fact]
    public async Task A_month_tells_what_came_went_and_is_owed_by_tax_and_city()
    {
        await AddRuleAsync("PIS", 1m, null, "2026-01-01");
        await EarnAsync(_here, First.AddDays(-5), commission: 200m, iss: 10m);
        await EarnAsync(_here, Mid, commission: 1000m, iss: 50m);
        await EarnAsync(_there, Mid, commission: 300m, iss: 6m);
        await PostAsync(_here, Mid, "cancellation", (Postings.TaxPayable, Side.Debit, 20m, "ISS"), (Postings.TaxExpense, Side.Credit, 20m, "ISS"));
        await PostAsync(null, Mid, "adjustment", (Postings.TaxPayable, Side.Debit, 33m, "ISS"), (Postings.CashPix, Side.Credit, 33m, null));
        await PostAsync(null, Mid, "adjustment", (Postings.TaxPayable, Side.Debit, 1m, "ISS"), (Postings.TaxExpense, Side.Credit, 1m, "ISS"));
        await AccrueAsync();

        var report = await ReadAsync(January);
        var next = await ReadAsync(January.AddMonths(1));

        Assert.Equal(
            [
                ("ISS", "Gramado", 300m, 0m, 6m, 0m, 0m, 6m), ("ISS", "Urubici", 1000m, 10m, 50m, 20m, 0m, 40m), ("ISS", null, (decimal?)null, 0m, 0m, 1m, 33m, -34m),
            ],
            report.Items.Select(l => (l.TaxType, l.City, l.Base, l.OpeningBalance, l.Accrued, l.Reversed, l.Paid, l.ClosingBalance)));
        Assert.Equal((10m, 56m, 21m, 33m, 12m), (report.OpeningBalance, report.Accrued, report.Reversed, report.Paid, report.ClosingBalance));
        // December and January were accrued on the 1st of February.
        Assert.Equal(
            [("PIS", "Gramado", 300m, 0m, 3m, 3m), ("PIS", "Urubici", 1200m, 0m, 12m, 12m)],
            next.Items.Where(l => l.TaxType == "PIS").Select(l => (l.TaxType, l.City!, l.Base!.Value, l.OpeningBalance, l.Accrued, l.ClosingBalance)));
        await ExpectEqualToTheLedgerAsync(January.AddMonths(-1), January, January.AddMonths(1));
        await SealAsync();
        Assert.Equal(report.Items, (await ReadAsync(January)).Items);
        await ExpectEqualToTheLedgerAsync(January.AddMonths(-1), January, January.AddMonths(1));
    }

    [Fact]
    public async Task What_was_withheld_is_on_the_payouts_that_were_sent_less_those_that_came_back()
    {
        await PayAsync(_here, 1000m, 3.80m, Mid, null);
        await PayAsync(_here, 500m, 1.90m, First.AddDays(-3), Mid);
        await PayAsync(_here, 200m, 0.76m, Mid, End);
        await PayAsync(_there, 100m, 0m, Mid, null);

        var (december, january, february) = (await ReadAsync(January.AddMonths(-1)), await ReadAsync(January), await ReadAsync(January.AddMonths(1)));

        Assert.Equal((500m, 1.90m, 0m, 1.90m), Line(december));
        Assert.Equal((700m, 4.56m, 1.90m, 4.56m), Line(january));
        Assert.Equal((-200m, 0m, 0.76m, 3.80m), Line(february));
        await ExpectEqualToTheLedgerAsync(January.AddMonths(-1), January, January.AddMonths(1));

        static (decimal, decimal, decimal, decimal) Line(TaxLiabilityReport report) =>
            Assert.Single(report.Items) is { TaxType: "IOF", City: "Urubici" } line ? (line.Base!.Value, line.Accrued, line.Reversed, line.ClosingBalance) : default;
    }

    [Fact]
    public async Task Whatever_is_posted_the_report_is_the_ledger()
    {
        var random = new Random(TestSeed.Or(20270101));
        string[] types = ["tax", "cancellation", "modification", "adjustment", "payout", "payout_reversal"];
        await AddRuleAsync("PIS", 0.65m, null, "2026-01-01");
        for (var number = 0; number < 150; number++)
        {
            Guid? property = random.Next(3) switch { 0 => _here, 1 => _there, _ => null };
            var (at, amount, tax) = (First.AddHours(random.Next(-800, 800)), 1 + (random.Next(10_000) / 100m), random.Next(2) == 0 ? "ISS" : "IOF");
            var side = random.Next(3) == 0 ? Side.Debit : Side.Credit;
            var counter = random.Next(2) == 0 ? Postings.CashPix : Postings.CommissionIncome;
            await PostAsync(property, at, types[random.Next(types.Length)], (Postings.TaxPayable, side, amount, tax), (counter, side == Side.Debit ? Side.Credit : Side.Debit, amount, null));
            if (number == 75)
            {
                await SealAsync();
                await AccrueAsync();
            }
        }

        await ExpectEqualToTheLedgerAsync(January.AddMonths(-2), January.AddMonths(-1), January, January.AddMonths(1));
    }

    private async Task ExpectEqualToTheLedgerAsync(params DateOnly[] months)
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        foreach (var month in months)
        {
            var report = await ReadAsync(month);
            Assert.All(report.Items, l => Assert.Equal(l.ClosingBalance, l.OpeningBalance + l.Accrued - l.Reversed - l.Paid));
            foreach (var tax in report.Items.GroupBy(l => l.TaxType))
            {
                var owed = await connection.QuerySingleAsync<(decimal Before, decimal After)>(
                    """
                    SELECT coalesce(sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END) FILTER (WHERE created_at < reserve.book_day_begins(@month)), 0),
                           coalesce(sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END), 0)
                    FROM reserve.financial_ledger
                    WHERE account = 'tax_payable'
                      AND tax_type = @Key
                      AND created_at < reserve.book_day_begins((@month::date + interval '1 month')::date)
                    """,
                    new { month, tax.Key });
                Assert.Equal(owed, (tax.Sum(l => l.OpeningBalance), tax.Sum(l => l.ClosingBalance)));
            }

            Assert.Equal(
                await connection.ExecuteScalarAsync<decimal>(
                    """
                    SELECT coalesce(sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END), 0)
                    FROM reserve.financial_ledger
                    WHERE account = 'tax_payable'
                      AND created_at < reserve.book_day_begins((@month::date + interval '1 month')::date)
                    """,
                    new { month }),
                report.ClosingBalance);
        }
    }

    private Task EarnAsync(Guid? property, DateTimeOffset at, decimal commission = 0, decimal serviceFee = 0, decimal cancellationFee = 0, decimal iss = 0)
    {
        (string, decimal)[] parts = [(Postings.CommissionIncome, commission), (Postings.ServiceFeeIncome, serviceFee), (Postings.CancellationFeeIncome, cancellationFee)];
        var total = parts.Sum(p => p.Item2);
        List<(string, Side, decimal, string?)> entries = [(Postings.CashStripe, total > 0 ? Side.Debit : Side.Credit, Math.Abs(total), null)];
        entries.AddRange(parts.Where(p => p.Item2 != 0).Select(p => (p.Item1, p.Item2 > 0 ? Side.Credit : Side.Debit, Math.Abs(p.Item2), (string?)null)));
        if (iss != 0)
        {
            entries.AddRange([(Postings.TaxExpense, Side.Debit, iss, "ISS"), (Postings.TaxPayable, Side.Credit, iss, "ISS")]);
        }

        return PostAsync(property, at, "commission", [.. entries]);
    }

    private Task PostAsync(Guid? property, DateTimeOffset at, string type, params (string Account, Side Side, decimal Amount, string? TaxType)[] entries) =>
        _fixture.Database.TransactAsync(
            unit => Ledger.PostAsync(
                unit,
                new($"test:{Guid.CreateVersion7()}", type, "BRL", [.. entries.Select(e => new LedgerEntry(e.Account, e.Side, e.Amount, TaxType: e.TaxType))]) { PropertyId = property },
                "test", at),
            CancellationToken.None);

    // A payout of so much before its tax, as the books and its own tables have it.
    private async Task PayAsync(Guid property, decimal amount, decimal tax, DateTimeOffset at, DateTimeOffset? returned)
    {
        var id = Guid.CreateVersion7();
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.payouts (id, property_id, run_key, schedule, period_start, period_end, gross_amount, commission_amount, tax_amount, net_amount, status, method,
                                         operation_id, requested_by, requested_at, completed_at, returned_at, updated_at)
            VALUES (@id, @property, 'test', 'weekly', '2026-12-01', '2026-12-07', @amount, 0, @tax, @amount - @tax, 'completed', 'pix', 'test', 'test', @at, @at, @returned, @at);

            INSERT INTO reserve.payout_items (payout_id, line, kind, property_id, tax_type, tax_rate, gross_amount, tax_amount, amount)
            SELECT @id, 1, 'tax', @property, 'IOF', 0.38, 0, @tax, -@tax
            WHERE @tax <> 0
            """,
            new { id, property, amount, tax, at, returned });
        if (tax != 0)
        {
            await PostAsync(property, at, "payout", (Postings.CashPix, Side.Debit, tax, null), (Postings.TaxPayable, Side.Credit, tax, "IOF"));
        }

        if (returned is { } back)
        {
            await PostAsync(property, back, "payout_reversal", (Postings.TaxPayable, Side.Debit, tax, "IOF"), (Postings.CashPix, Side.Credit, tax, null));
        }
    }

    private Task<int> AccrueAsync(TimeProvider? clock = null) =>
        new AccrueTaxes(_fixture.Database, clock ?? _clock, Options.Create(new FinanceOptions()), NullLogger<AccrueTaxes>.Instance).RunAsync(CancellationToken.None);

    private Task<int> SealAsync() =>
        new SealLedger(_fixture.Database, _clock, Options.Create(new FinanceOptions()), NullLogger<SealLedger>.Instance).RunAsync(CancellationToken.None);

    private async Task<TaxLiabilityReport> ReadAsync(DateOnly month)
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        return await TaxLiability.ReadAsync(connection, month);
    }

    private async Task<IReadOnlyList<(string Key, decimal Amount)>> PostedAsync()
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        return
        [
            .. await connection.QueryAsync<(string, decimal)>(
                """
                SELECT t.business_key, CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.account = 'tax_payable'
                WHERE t.transaction_type = 'tax_accrual'
                """),
        ];
    }

    private async Task AddRuleAsync(string type, decimal rate, Guid? city, string from, string? to = null)
    {
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.tax_rules (id, city_id, tax_type, rate, applies_to, effective_from, effective_to)
            VALUES (gen_random_uuid(), @city, @type, @rate, 'commission', @from::date, @to::date)
            """,
            new { city, type, rate, from, to });
    }

    private async Task<Guid> AddPropertyAsync(Guid city)
    {
        var id = Guid.CreateVersion7();
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.cities (id, slug, name, state, time_zone)
            VALUES (@city, 'gramado', 'Gramado', 'RS', 'America/Sao_Paulo')
            ON CONFLICT (id) DO NOTHING;

            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug)
            VALUES (@id, @id, @city, 'Casa', 'p-' || @id)
            """,
            new { id, city });
        return id;
    }

    private async Task ExpectSoundAsync()
    {
        var broken = (await Invariants.CheckAsync(_fixture.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).ToList();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(r => $"{r.Invariant.Name}: {string.Join(", ", r.Sample)}")));
    }
}
