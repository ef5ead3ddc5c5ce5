using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance.Reconciliation;

/// <summary>A marketplace whose providers' balances are looked at once, and whose reports are waited for in moments.</summary>
public class ReconciledMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Reconciliation:BalanceTries", "1"),
        new("Reserve:Reconciliation:ReportPause", "00:00:00.050"),
        new("Reserve:Reconciliation:PageSize", "3"),
        new("Reserve:Reconciliation:PagesPerStep", "2"),
    ];

    /// <summary>The day of the books now.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime.AddHours(-3));

    /// <summary>Goes to 05:01 of the next day.</summary>
    /// <returns>The day that is over.</returns>
    public DateOnly EndDay()
    {
        var day = Today;
        Clock.AdvanceTo(new(day.AddDays(1), new(5, 1), TimeSpan.FromHours(-3)));
        return day;
    }

    /// <summary>Books a stay, and waits until the money and its fee are in the books.</summary>
    public async Task<string> PayAsync(string method)
    {
        await this.BookStayAsync(method: method);
        return await ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE status = 'succeeded' ORDER BY succeeded_at DESC LIMIT 1");
    }

    /// <summary>A day of everything, and that it agrees.</summary>
    public async Task ExpectDayAgreesAsync()
    {
        var card = await PayAsync("card");
        await PayAsync("pix");
        foreach (var method in (string[])["card", "pix"])
        {
            var cancelled = await this.BookStayAsync(method: method);
            await this.CancelAsync(cancelled);
            await this.UntilAsync(cancelled, "cancelled");
        }

        await ControlAsync(Stripe, $"/control/payment_intents/{card}/dispute", new { reason = "fraudulent" });
        await EventuallyAsync(
            async () => await ReadAsync<bool>("SELECT EXISTS (SELECT FROM reserve.ledger_transactions WHERE transaction_type = 'dispute')"), () => "no dispute in the books");
        await this.ExpectSoundAsync();
        var day = EndDay();

        foreach (var provider in (string[])["stripe", "mercado_pago", "books"])
        {
            var result = await ReconcileAsync(provider, day);
            Assert.True(result["findings_in_all"]!.GetValue<int>() == 0, $"{result}");
            var run = result["reconciliation"]!;
            Assert.Equal(("done", 0), (run["status"]!.GetValue<string>(), run["set_aside"]!.GetValue<int>()));
            Assert.Equal(run["compared"]!.GetValue<int>(), run["agreed"]!.GetValue<int>());
            Assert.True(run["compared"]!.GetValue<int>() >= 3, $"{run}");
            if (provider != "books")
            {
                Assert.Equal(run["provider_balance"]!.GetValue<decimal>(), run["books_balance"]!.GetValue<decimal>());
            }
        }
    }

    /// <summary>Reconciles a provider's day and gives what came of it.</summary>
    public async Task<JsonNode> ReconcileAsync(string provider, DateOnly day)
    {
        var token = this.TokenOf(await this.SeedAsync("agent"));
        var ordered = await this.PostAsync("admin/reconciliations", new { provider, date = day }, token);
        Assert.True(ordered.Status == HttpStatusCode.Accepted, $"{ordered.Status}: {ordered.Body}");
        return await ResultAsync(ordered.Body["id"]!.GetValue<Guid>());
    }

    /// <summary>What came of a reconciliation.</summary>
    public async Task<JsonNode> ResultAsync(Guid id)
    {
        JsonNode? found = null;
        await EventuallyAsync(
            async () =>
            {
                found = await GetAsync($"admin/reconciliations/{id}");
                return found["reconciliation"]!["status"]!.GetValue<string>() is "done" or "failed";
            },
            () => $"{found}\n{Complaints}");
        return found!;
    }

    /// <summary>Reads as an agent.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/{path}") { Headers = { Authorization = new("Bearer", this.TokenOf(await this.SeedAsync("agent"))) } };
        var answer = await SendAsIsAsync(request);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}");
        return answer.Body;
    }

    /// <summary>Falsifies the lists of a provider.</summary>
    public Task FalsifyAsync(string provider, object rule) => ControlAsync(Of(provider), "/control/transactions/behaviour", rule);

    /// <summary>The lists of a provider say what is.</summary>
    public async Task StraightenAsync(string provider)
    {
        using var answer = await Of(provider).DeleteAsync("/control/transactions/behaviour");
        Assert.True(answer.IsSuccessStatusCode);
    }

    /// <summary>Open findings of a result.</summary>
    public static IReadOnlyList<JsonNode> Open(JsonNode result) =>
        [.. result["findings"]!.AsArray().Where(f => f!["status"]!.GetValue<string>() == "open").Select(f => f!)];

    /// <summary>The status of a finding's exception.</summary>
    public Task<string> ExceptionOfAsync(JsonNode finding) => ReadAsync<string>(
        "SELECT status || ' ' || coalesce(resolution_action, '') FROM reserve.exceptions WHERE exception_key = 'reconciliation_finding:' || @id",
        new { id = finding["id"]!.GetValue<string>() });

    /// <summary>How many findings and exceptions of them there are.</summary>
    public async Task<(long Findings, long Exceptions)> CountAsync() => (
        await ReadAsync<long>("SELECT count(*) FROM reserve.reconciliation_findings"),
        await ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'reconciliation_finding'"));

    private HttpClient Of(string provider) => provider == "stripe" ? Stripe : MercadoPago;
}

/// <summary>The same with the product's own pages: all lists of an ordinary day are read in one step.</summary>
public sealed class WholePagesMarketplace : ReconciledMarketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        base.Settings.Where(setting => !setting.Key.Contains(":Page", StringComparison.Ordinal));
}
