using System.Globalization;
using System.Net;
using CsvHelper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Finance;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>The books as other people's programs read them.</summary>
public sealed class LedgerExportTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if (await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations") > 0)
        {
            return;
        }

        var (gone, standing) = (await market.BookStayAsync("flexible"), await market.BookStayAsync());
        await market.CancelAsync(gone);
        await market.UntilAsync(gone, "cancelled");
        await market.PostAsync(
            "admin/ledger",
            new
            {
                reason = "=HYPERLINK(\"x\"); a line\nand (another)",
                reservation_id = standing.ReservationId,
                entries = new object[] { new { account = "cash_pix", direction = "debit", amount = 0.01m }, new { account = "rounding", direction = "credit", amount = 0.01m } },
            },
            market.TokenOf(await market.SeedAsync("supervisor")));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [HledgerFact]
    public async Task Hledger_finds_nothing_wrong_and_comes_to_the_same_trial_balance()
    {
        var journal = await ExportAsync("format=hledger");

        await Hledger.RunAsync(journal, "check", "--strict", "ordereddates");
        Assert.Equal(await ExpectedAsync(at: null), await BalanceAsync(journal));
    }

    [HledgerFact]
    public async Task A_journal_of_some_days_opens_with_what_there_was()
    {
        var tomorrow = Today().AddDays(1);
        var before = await ExpectedAsync(at: null);

        var empty = await ExportAsync($"format=hledger&from={tomorrow:yyyy-MM-dd}");
        Assert.Contains("opening balances", empty, StringComparison.Ordinal);
        await Hledger.RunAsync(empty, "check", "--strict");
        Assert.Equal(before, await BalanceAsync(empty));

        await market.RunJobAsync("seal_ledger");
        Assert.Equal(empty, await ExportAsync($"format=hledger&from={tomorrow:yyyy-MM-dd}"));
        Assert.Empty(await BalanceAsync(await ExportAsync("format=hledger&to=2001-01-01")));
    }

    [Fact]
    public async Task A_table_has_every_entry_once_and_nothing_that_a_spreadsheet_would_run()
    {
        var text = await ExportAsync("format=csv");

        using var csv = CsvReader.Create(new StringReader(text), new CsvReaderOptions(), leaveOpen: false);
        List<(string Transaction, decimal Debit, decimal Credit, string Reason)> lines = [];
        while (csv.Read())
        {
            lines.Add((Field(csv, "transaction_id"), Number(Field(csv, "debit")), Number(Field(csv, "credit")), Field(csv, "reason")));
        }

        Assert.Equal(await market.ReadAsync<int>("SELECT count(*) FROM reserve.financial_ledger"), lines.Count);
        Assert.Equal(lines.Sum(l => l.Debit), lines.Sum(l => l.Credit));
        Assert.All(lines.GroupBy(l => l.Transaction), t => Assert.Equal(t.Sum(l => l.Debit), t.Sum(l => l.Credit)));
        Assert.DoesNotContain(lines, l => l.Reason.StartsWith('='));
        Assert.Contains(lines, l => l.Reason.Contains("HYPERLINK", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_of_one_account_and_a_month_has_no_other()
    {
        var (month, account) = (new DateOnly(Today().Year, Today().Month, 1), "commission_income");
        var text = await ExportAsync($"format=csv&account={account}&from={month:yyyy-MM-dd}&to={month.AddMonths(1).AddDays(-1):yyyy-MM-dd}");

        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.Contains($",{account},", l, StringComparison.Ordinal));
        Assert.Equal(await market.ReadAsync<int>("SELECT count(*) FROM reserve.financial_ledger WHERE account = @account", new { account }), lines.Length);
    }

    [Fact]
    public async Task One_export_too_many_is_asked_to_come_later()
    {
        var export = market.Services.GetRequiredService<LedgerExport>();
        var (actor, gate) = (new Actor(ActorKind.Admin, Guid.CreateVersion7()), new GatedWriter());
        var slow = Enumerable.Range(0, 2).Select(_ => export.WriteCsvAsync(actor, new(null, null, null, null), gate, CancellationToken.None)).ToList();

        var refused = await market.GetAsync("admin/ledger/export?format=csv", market.TokenOf(await market.SeedAsync("agent")));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "export_busy"), (refused.Status, refused.Body["code"]!.GetValue<string>()));
        gate.Open();
        Assert.All(await Task.WhenAll(slow), Assert.Null);
        Assert.NotEmpty(await ExportAsync("format=csv"));
    }

    /// <summary>Whoever writes to it waits until it is opened.</summary>
    private sealed class GatedWriter : StringWriter
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate.SetResult();

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) => _gate.Task;

        public override Task FlushAsync(CancellationToken cancellationToken) => _gate.Task;
    }

    [Theory]
    [InlineData("format=pdf", "invalid_value")]
    [InlineData("account=cash_pix", "whole_journal")]
    [InlineData("format=csv&account_id=01a20943-ad57-7b06-9ddd-8c9bc9507b78", "account_required")]
    [InlineData("from=2027-01-02&to=2027-01-01", "invalid_period")]
    public async Task What_cannot_be_exported_is_refused(string query, string code)
    {
        var refused = await market.GetAsync($"admin/ledger/export?{query}", market.TokenOf(await market.SeedAsync("agent")));

        Assert.Equal(code, refused.Body["code"]!.GetValue<string>());
    }

    private DateOnly Today() => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(market.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo")).DateTime);

    private static string Field(CsvReader csv, string name) => csv.TryGetFieldIndex(name, out var index) ? csv.GetString(index) ?? "" : throw new InvalidDataException($"no column {name}");

    private static decimal Number(string? text) => string.IsNullOrEmpty(text) ? 0m : decimal.Parse(text, CultureInfo.InvariantCulture);

    private async Task<string> ExportAsync(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/admin/ledger/export?{query}", UriKind.Relative))
        {
            Headers = { Authorization = new("Bearer", market.TokenOf(await market.SeedAsync("agent"))) },
        };
        using var response = await market.Api.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {text} {market.Complaints}");
        return text;
    }

    // By account of the chart: debits less credits, what is nothing left out.
    private async Task<IReadOnlyDictionary<string, decimal>> ExpectedAsync(DateTimeOffset? at)
    {
        await using var connection = await market.OpenAsync();
        var accounts = at is { } then ? await TrialBalance.ReadAsync(connection, then) : await TrialBalance.ReadAsync(connection);
        return accounts.Where(a => a.Debits != a.Credits).ToDictionary(a => a.Account, a => a.Debits - a.Credits);
    }

    private static async Task<IReadOnlyDictionary<string, decimal>> BalanceAsync(string journal)
    {
        var table = await Hledger.RunAsync(journal, "balance", "--flat", "--depth", "2", "--no-total", "--output-format", "csv");
        using var csv = CsvReader.Create(new StringReader(table), new CsvReaderOptions(), leaveOpen: false);
        Dictionary<string, decimal> balances = [];
        while (csv.Read())
        {
            balances.Add(Field(csv, "account").Split(':')[^1], Number(Field(csv, "balance").Replace(" BRL", "", StringComparison.Ordinal)));
        }

        return balances;
    }
}
