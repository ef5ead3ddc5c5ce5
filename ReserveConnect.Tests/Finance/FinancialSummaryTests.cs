using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Finance;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>The summary is what the ledger says at that instant, sealed or not.</summary>
public sealed class FinancialSummaryTests : IAsyncLifetime
{
    private static readonly Guid Urubici = Guid.Parse("0198b0a0-0000-7000-8000-000000000001");
    private static readonly Guid Gramado = Guid.CreateVersion7();
    private static readonly Actor Agent = new(ActorKind.Agent, Guid.CreateVersion7());

    // A Wednesday, 22:00 in the time zone of the books: in UTC it is Thursday, the 1st.
    private static readonly DateTimeOffset Now = new(2027, 7, 1, 1, 0, 0, TimeSpan.Zero);

    private readonly MigratedDatabase _fixture = new();
    private readonly ShiftedClock _clock = ShiftedClock.At(Now);
    private readonly List<Guid> _properties = [];

    public async Task InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        await connection.ExecuteAsync(
            "INSERT INTO reserve.cities (id, slug, name, state, time_zone) VALUES (@Gramado, 'gramado', 'Gramado', 'RS', 'America/Noronha')", new { Gramado });
        for (var number = 0; number < 6; number++)
        {
            var id = Guid.CreateVersion7();
            _properties.Add(id);
            await connection.ExecuteAsync(
                "INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug) VALUES (@id, @id, @city, 'Casa', 'p-' || @id)",
                new { id, city = number % 2 == 0 ? Urubici : Gramado });
        }
    }

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public void Weeks_begin_on_Monday_and_may_reach_into_the_month_before()
    {
        Assert.Equal(new(new(2027, 6, 30), new(2027, 6, 28), new(2027, 6, 1), new(2027, 6, 1)), SummaryDays.Of(new(2027, 6, 30)));
        Assert.Equal(new(new(2027, 7, 4), new(2027, 6, 28), new(2027, 7, 1), new(2027, 6, 28)), SummaryDays.Of(new(2027, 7, 4)));
        Assert.Equal(new(new(2027, 7, 5), new(2027, 7, 5), new(2027, 7, 1), new(2027, 7, 1)), SummaryDays.Of(new(2027, 7, 5)));
    }

    [Fact]
    public async Task Days_are_those_of_the_books()
    {
        await EarnAsync(_properties[0], Now, 100m, 10m);
        await EarnAsync(_properties[0], new(2027, 6, 30, 3, 0, 0, TimeSpan.Zero), 20m, 1m);
        await EarnAsync(_properties[0], new(2027, 6, 30, 2, 59, 59, TimeSpan.Zero), 3m, 0.5m);
        await EarnAsync(_properties[0], new(2027, 6, 28, 2, 59, 59, TimeSpan.Zero), 0.40m, 0.01m);
        await EarnAsync(_properties[0], new(2027, 6, 1, 2, 59, 59, TimeSpan.Zero), 7777m, 7m);

        foreach (var isSealed in new[] { false, true })
        {
            if (isSealed)
            {
                await SealAsync();
            }

            var summary = await ReadAsync(null);

            Assert.Equal(new(new(2027, 6, 30), new(2027, 6, 30), 131m, 120m, 11m, 0m, 0m), summary.Today);
            Assert.Equal(new(new(2027, 6, 28), new(2027, 6, 30), 134.50m, 123m, 11.50m, 0m, 0m), summary.Week);
            Assert.Equal(new(new(2027, 6, 1), new(2027, 6, 30), 134.91m, 123.40m, 11.51m, 0m, 0m), summary.Month);
            Assert.Equal((134.91m, 123.40m), (Assert.Single(summary.Properties).Month, summary.Properties[0].Commission));
        }
    }

    [Fact]
    public async Task Whatever_is_posted_and_sealed_it_is_the_ledger()
    {
        var random = new Random(TestSeed.Or(20270701));
        for (var round = 0; round < 12; round++)
        {
            for (var number = 0; number < 25; number++)
            {
                Guid? property = random.Next(7) is < 6 and var index ? _properties[index] : null;
                await PostAnythingAsync(random, property, Now.AddHours(-random.Next(1_000)));
            }

            if (random.Next(2) == 0)
            {
                await SealAsync();
            }

            await ExpectTheLedgerAsync(null);
            await ExpectTheLedgerAsync(Urubici);
            await ExpectTheLedgerAsync(Gramado);
        }
    }

    [Fact]
    public async Task While_others_post_and_seal_its_parts_fit_each_other()
    {
        using var done = new CancellationTokenSource();
        var sealing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await SealAsync();
            }
        });
        var posting = Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var number = 0; number < 60; number++)
            {
                await EarnAsync(_properties[(writer + number) % 6], Now, 10m, 1m);
            }
        }));

        while (!posting.IsCompleted)
        {
            var summary = await ReadAsync(null);
            Assert.Equal(summary.Today.Revenue, summary.Properties.Sum(p => p.Today));
            Assert.Equal(summary.Outstanding.ToProperties, summary.Properties.Sum(p => p.Owed));
            // 85 of each booking are the property's, 11 are ours.
            Assert.Equal(summary.Today.Revenue * 85m, summary.Outstanding.ToProperties * 11m);
        }

        await posting;
        await done.CancelAsync();
        await sealing;
        Assert.Equal(240 * 11m, (await ReadAsync(null)).Month.Revenue);
        await ExpectTheLedgerAsync(null);
    }

    [Theory]
    [InlineData("today")]
    [InlineData("week")]
    [InlineData("month")]
    public async Task Properties_come_in_pages_those_that_bring_most_first(string by)
    {
        for (var number = 0; number < 6; number++)
        {
            // Two that bring the same, and one that has given back more than it brought.
            await EarnAsync(_properties[number], Now, number == 3 ? 20m : 10m * number, 1m);
        }

        await PostAsync(_properties[5], Now, "cancellation", (Postings.CommissionIncome, Side.Debit, 99m, null), (Postings.GuestPrepayment, Side.Credit, 99m, Guid.CreateVersion7()));
        List<PropertySummary> all = [];
        for (string? cursor = null; ;)
        {
            var page = await ReadAsync(null, by, cursor, 1);
            all.AddRange(page.Properties);
            cursor = page.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        Assert.Equal(6, all.Select(p => p.PropertyId).Distinct().Count());
        Assert.Equal([41m, 21m, 21m, 11m, 1m, -48m], all.Select(p => p.Month));
        Assert.Equal((await ReadAsync(null, by)).Properties, all);
        Assert.Equal(3, (await ReadAsync(Gramado, by)).Properties.Count);
        Assert.Equal("invalid_cursor", (await Summary.ReadAsync(Agent, new(null, by == "today" ? "week" : "today", (await ReadAsync(null, by, null, 1)).NextCursor, 1), default)).Refusal!.Code);
        Assert.Equal("invalid_cursor", (await Summary.ReadAsync(Agent, new(null, by, "none", 1), default)).Refusal!.Code);
        Assert.Equal("city_not_found", (await Summary.ReadAsync(Agent, new(Guid.CreateVersion7(), by, null, 1), default)).Refusal!.Code);
    }

    [Fact]
    public async Task Payouts_under_way_are_counted_and_others_are_not()
    {
        await EarnAsync(_properties[0], Now, 100m, 10m);
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        (int Property, string Status, decimal Net)[] payouts =
            [(0, "pending_approval", 12_000m), (0, "approved", 10m), (1, "failed", 5m), (1, "rejected", 777m)];
        foreach (var (property, status, net) in payouts)
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO reserve.payouts (id, property_id, run_key, schedule, period_start, period_end, gross_amount, commission_amount, tax_amount, net_amount, status,
                                             method, requested_by, requested_at, updated_at)
                VALUES (gen_random_uuid(), @property, 'test', 'weekly', '2027-06-01', '2027-06-07', @net, 0, 0, @net, @status, 'pix', 'test', now(), now())
                """,
                new { property = _properties[property], status, net });
        }

        var (all, here) = (await ReadAsync(null), await ReadAsync(Urubici));

        Assert.Equal(new(3, 12_015m, 1, 12_000m), all.PendingPayouts);
        Assert.Equal(new(2, 12_010m, 1, 12_000m), here.PendingPayouts);
        Assert.Equal(12_010m, Assert.Single(here.Properties).PendingPayouts);
    }

    [Fact]
    public async Task However_long_the_ledger_is_nothing_scans_it()
    {
        await using var owner = new NpgsqlConnection(_fixture.ConnectionString);
        await owner.ExecuteAsync(
            """
            SET session_replication_role = replica;

            INSERT INTO reserve.financial_ledger (id, transaction_id, transaction_type, direction, amount, account, account_type, property_id, created_at, created_by)
            SELECT gen_random_uuid(), gen_random_uuid(), 'commission', 'credit', 1, 'commission_income', 'platform', @property, @Now - i * interval '5 minutes', 'test'
            FROM generate_series(1, 100000) i;

            INSERT INTO reserve.ledger_days (book_date, currency, account, property_id, transaction_type, debits, credits, entries)
            SELECT DATE '2027-06-30' - i % 1000, 'BRL', 'commission_income', gen_random_uuid(), 'commission', 0, 1, 1
            FROM generate_series(1, 100000) i;

            ANALYZE reserve.financial_ledger, reserve.ledger_days, reserve.ledger_unsealed
            """,
            new { property = _properties[0], Now });
        foreach (var city in new Guid?[] { null, Urubici })
        {
            var sql = new SummarySql(city is not null, "month");
            var days = SummaryDays.Of(new(2027, 6, 30));
            foreach (var statement in new[] { sql.Income, sql.Owed, sql.Pending, sql.ByProperty })
            {
                var plan = string.Join('\n', await owner.QueryAsync<string>(
                    $"EXPLAIN {statement}",
                    new
                    {
                        CityId = city, Income = new[] { "commission_income", "service_fee_income" }, days.Today, days.Monday, days.Month, days.First,
                        UnderWay = new[] { "approved" }, PendingApproval = "approved", afterRevenue = (decimal?)null, afterId = (Guid?)null, most = 21,
                    }));
                Assert.False(plan.Contains("Seq Scan on financial_ledger", StringComparison.Ordinal), plan);
                Assert.False(plan.Contains("Seq Scan on ledger_days", StringComparison.Ordinal), plan);
            }
        }
    }

    private FinancialSummary Summary => new(_fixture.Database, _clock);

    private async Task<FinancialSummaryView> ReadAsync(Guid? city, string by = "month", string? cursor = null, int limit = 50) =>
        (await Summary.ReadAsync(Agent, new(city, by, cursor, limit), CancellationToken.None)).Value;

    private async Task ExpectTheLedgerAsync(Guid? city)
    {
        var summary = await ReadAsync(city);
        await using var connection = new NpgsqlConnection(_fixture.ServiceConnectionString);
        async Task<decimal> SumAsync(string accounts, DateOnly from, DateOnly to, Guid? property = null) => await connection.ExecuteScalarAsync<decimal>(
            $"""
            SELECT coalesce(sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END), 0)
            FROM reserve.financial_ledger l
            LEFT JOIN reserve.properties_map p ON p.id = l.property_id
            WHERE l.account IN ({accounts})
              AND l.currency = 'BRL'
              AND (l.created_at AT TIME ZONE 'America/Sao_Paulo')::date BETWEEN @from AND @to
              AND (@city::uuid IS NULL OR p.city_id = @city)
              AND (@property::uuid IS NULL OR l.property_id = @property)
            """,
            new { from, to, city, property });
        const string All = "'commission_income', 'service_fee_income', 'cancellation_fee_income', 'ad_revenue'";
        foreach (var period in new[] { summary.Today, summary.Week, summary.Month })
        {
            Assert.Equal(await SumAsync(All, period.From, period.To), period.Revenue);
            Assert.Equal(await SumAsync("'commission_income'", period.From, period.To), period.Commission);
            Assert.Equal(await SumAsync("'service_fee_income'", period.From, period.To), period.ServiceFees);
            Assert.Equal(await SumAsync("'cancellation_fee_income'", period.From, period.To), period.CancellationFees);
            Assert.Equal(await SumAsync("'ad_revenue'", period.From, period.To), period.Advertising);
        }

        var (first, last) = (new DateOnly(2000, 1, 1), new DateOnly(2100, 1, 1));
        Assert.Equal(await SumAsync("'property_payable'", first, last), summary.Outstanding.ToProperties);
        Assert.Equal(-await SumAsync("'payout_receivable'", first, last), summary.Outstanding.Overpaid);
        Assert.Equal(city is null ? await SumAsync("'guest_prepayment'", first, last) : null, summary.Outstanding.ToGuests);
        Assert.Equal(city is null ? await SumAsync("'tax_payable'", first, last) : null, summary.Outstanding.Taxes);
        foreach (var property in summary.Properties)
        {
            Assert.Equal(await SumAsync(All, summary.Today.From, summary.Today.To, property.PropertyId), property.Today);
            Assert.Equal(await SumAsync(All, summary.Week.From, summary.Week.To, property.PropertyId), property.Week);
            Assert.Equal(await SumAsync(All, summary.Month.From, summary.Month.To, property.PropertyId), property.Month);
            Assert.Equal(await SumAsync("'property_payable'", first, last, property.PropertyId), property.Owed);
        }
    }

    private Task PostAnythingAsync(Random random, Guid? property, DateTimeOffset at)
    {
        var amount = 1 + (random.Next(100_000) / 100m);
        var side = random.Next(3) == 0 ? Side.Debit : Side.Credit;
        var other = side == Side.Debit ? Side.Credit : Side.Debit;
        (string Account, Guid? Owner)[] accounts =
        [
            (Postings.CommissionIncome, null), (Postings.ServiceFeeIncome, null), (Postings.CancellationFeeIncome, null), ("ad_revenue", null), (Postings.TaxPayable, null),
            (Postings.GuestPrepayment, Guid.CreateVersion7()), (Postings.CashPix, null),
            property is null ? (Postings.CashPix, null) : (Postings.PropertyPayable, property), property is null ? (Postings.CashPix, null) : (Postings.PayoutReceivable, property),
        ];
        var (one, two) = (accounts[random.Next(accounts.Length)], accounts[random.Next(accounts.Length)]);
        return PostAsync(property, at, "adjustment", (one.Account, side, amount, one.Owner), (two.Account, other, amount, two.Owner));
    }

    // A booking: ours, and what it leaves the property, 8.5 times as much as our commission.
    private Task EarnAsync(Guid property, DateTimeOffset at, decimal commission, decimal serviceFee)
    {
        List<(string, Side, decimal, Guid?)> entries =
        [
            (Postings.CashStripe, Side.Debit, (commission * 9.5m) + serviceFee, null), (Postings.CommissionIncome, Side.Credit, commission, null),
            (Postings.ServiceFeeIncome, Side.Credit, serviceFee, null), (Postings.PropertyPayable, Side.Credit, commission * 8.5m, property),
        ];
        return PostAsync(property, at, "commission", [.. entries.Where(e => e.Item3 != 0)]);
    }

    private Task PostAsync(Guid? property, DateTimeOffset at, string type, params (string Account, Side Side, decimal Amount, Guid? Owner)[] entries) =>
        _fixture.Database.TransactAsync(
            unit => Ledger.PostAsync(
                unit,
                new($"test:{Guid.CreateVersion7()}", type, "BRL", [.. entries.Select(e => new LedgerEntry(e.Account, e.Side, e.Amount, e.Owner))]) { PropertyId = property },
                "test", at),
            CancellationToken.None);

    private Task<int> SealAsync() =>
        new SealLedger(_fixture.Database, _clock, Options.Create(new FinanceOptions { SealBatch = 17 }), NullLogger<SealLedger>.Instance).RunAsync(CancellationToken.None);
}
