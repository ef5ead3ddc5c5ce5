using System.Globalization;
using System.Net;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Finance.Payouts.Statements;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Stays;
using Xunit;

namespace ReserveConnect.Tests.Finance.Payouts.Statements;

/// <summary>An owner fetches what they were paid, and finds every stay and every cent on it.</summary>
public sealed class StatementTests(PayoutMarketplace market) : IClassFixture<PayoutMarketplace>
{
    [Fact]
    public async Task An_owner_finds_their_bookings_on_the_statement_and_another_owner_finds_none()
    {
        var key = $"{Guid.CreateVersion7()}";
        var coming = await market.BookSoonAsync(2);
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 15);
        // Another test may have had the property paid already.
        var version = await market.ReadAsync<int?>("SELECT max(version) FROM reserve.payout_settings WHERE property_id = @PropertyId", new { coming.PropertyId });
        await market.SettleAsync(coming.PropertyId, pixKey: key, version: version);
        var (owner, other) = (await OwnerAsync(coming.PropertyId), await market.SeedAsync("owner"));
        var payout = await market.OrderedAsync(coming.PropertyId);
        await market.UntilPayoutAsync(payout, "completed");
        var (name, transfer, net) = await PaidAsync(payout);

        var pdf = await FetchAsync($"owner/payouts/{payout}/statement", owner);
        var csv = await FetchAsync($"owner/payouts/{payout}/statement?format=csv&lang=en", owner);

        Assert.Equal(("application/pdf", $"attachment; filename=\"payout-{payout}.pdf\"", "no-store"), (pdf.ContentType, pdf.Disposition, pdf.Cache));
        var read = ReadStatement.OfPdf(pdf.Body);
        var text = string.Join('\n', read.Rows);
        Assert.All(
            [name, coming.Code, transfer, $"...{key[^4..]}", "Enviado", "Imposto retido: IOF 0,38%", $"{coming.Stay.CheckIn:dd/MM/yyyy} {coming.Stay.CheckOut:dd/MM/yyyy}"],
            said => Assert.Contains(said, text, StringComparison.Ordinal));
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.Equal((2, net), (read.Lines.Count, read.Lines.Sum(l => l.Amount)));

        Assert.Equal("text/csv; charset=utf-8", csv.ContentType);
        var records = ReadStatement.OfCsv(Encoding.UTF8.GetString(csv.Body));
        Assert.Equal([("Booking", coming.Code), ("Tax withheld", "")], records.Select(r => (r["description"], r["confirmation_code"])));
        Assert.Equal(net, records.Sum(r => Number(r["amount"])));
        Assert.All(records, r => Assert.Equal((transfer, "completed", $"random ...{key[^4..]}"), (r["transfer_id"], r["status"], r["destination"])));
        Assert.DoesNotContain(key, Encoding.UTF8.GetString(csv.Body), StringComparison.Ordinal);

        foreach (var format in (string[])["pdf", "csv"])
        {
            var foreign = await market.GetAsync($"owner/payouts/{payout}/statement?format={format}", market.TokenOf(other));
            Assert.Equal((HttpStatusCode.NotFound, "payout_not_found"), (foreign.Status, foreign.Body["code"]!.GetValue<string>()));
        }

        var agents = await FetchAsync($"admin/payouts/{payout}/statement?format=csv&lang=en", await market.SeedAsync("agent"));
        Assert.Equal(csv.Body, agents.Body);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1_000)]
    public async Task However_many_lines_there_are_both_forms_add_up_to_what_is_paid(int count)
    {
        var property = await OwedAsync(count);
        var payout = await market.OrderedAsync(property);
        var owner = await OwnerAsync(property);
        var (_, _, net) = await PaidAsync(payout);

        var csv = ReadStatement.OfCsv(Encoding.UTF8.GetString((await FetchAsync($"owner/payouts/{payout}/statement?format=csv", owner)).Body));
        var pdf = ReadStatement.OfPdf((await FetchAsync($"owner/payouts/{payout}/statement?format=pdf&lang=en", owner)).Body);

        Assert.Equal(Enumerable.Range(1, count), csv.Select(r => int.Parse(r["line"], CultureInfo.InvariantCulture)));
        Assert.Equal((net, net), (csv.Sum(r => Number(r["amount"])), csv.Sum(r => Number(r["gross"]) - Number(r["commission"]) - Number(r["tax"]))));
        Assert.All(csv, r => Assert.Equal((net, net), (Number(r["payout_net"]), Number(r["payout_gross"]) - Number(r["payout_commission"]) - Number(r["payout_tax"]))));
        Assert.Equal(csv.Select(r => Number(r["amount"])), pdf.Lines.Select(l => l.Amount));
        Assert.Equal(net, pdf.Total.Amount);
    }

    [Fact]
    public async Task A_name_that_is_a_formula_is_text_and_a_deduction_is_a_number()
    {
        var property = await OwedAsync(3);
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync("UPDATE reserve.properties_map SET name = '=HYPERLINK(\"http://x\"), São' WHERE id = @property", new { property });
        }

        var payout = await market.OrderedAsync(property);
        var text = Encoding.UTF8.GetString((await FetchAsync($"admin/payouts/{payout}/statement?format=csv", await market.SeedAsync("agent"))).Body);

        var records = ReadStatement.OfCsv(text);
        Assert.All(records, r => Assert.Equal("'=HYPERLINK(\"http://x\"), São", r["property"]));
        Assert.Contains(records, r => r["amount"] == "-1.00");
        // Without it spreadsheets spoil the accents.
        Assert.StartsWith("\uFEFFline,kind,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_statement_too_many_is_asked_to_come_later()
    {
        var payout = await market.OrderedAsync(await OwedAsync(1));
        var statements = market.Services.GetRequiredService<PayoutStatements>();
        var (actor, gate) = (new Actor(ActorKind.Admin, Guid.CreateVersion7()), new GatedStream());
        var slow = Enumerable.Range(0, 4).Select(_ => statements.WritePdfAsync(actor, payout, "en", gate, CancellationToken.None)).ToList();
        var agent = await market.SeedAsync("agent");

        using var refused = await SendAsync($"admin/payouts/{payout}/statement", agent);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("statement_busy", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        gate.Open();
        Assert.All(await Task.WhenAll(slow), Assert.Null);
        Assert.NotEmpty((await FetchAsync($"admin/payouts/{payout}/statement", agent)).Body);
    }

    [Theory]
    [InlineData("format=xls", "invalid_value")]
    [InlineData("lang=fr", "invalid_value")]
    [InlineData("language=en", "unknown_parameter")]
    public async Task What_there_is_no_form_of_is_refused(string query, string code)
    {
        var refused = await market.GetAsync($"admin/payouts/{Guid.CreateVersion7()}/statement?{query}", market.TokenOf(await market.SeedAsync("agent")));

        Assert.Equal((HttpStatusCode.BadRequest, code), (refused.Status, refused.Body["code"]!.GetValue<string>()));
    }

    /// <summary>Whoever writes to it waits until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate.SetResult();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_gate.Task);
    }

    private sealed record Fetched(byte[] Body, string? ContentType, string? Disposition, string? Cache);

    // A property that is owed so many amounts, some of them deductions; below what a second person approves.
    private async Task<Guid> OwedAsync(int count)
    {
        var property = await market.PayeeAsync();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            SELECT reserve.post_ledger_transaction(
                gen_random_uuid(), 'owed:' || @property || ':' || n, 'adjustment', 'BRL', NULL, NULL, @property, NULL, NULL, NULL, NULL, '', 'test', '\x00',
                @at, 'test', ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['refund_expense', 'property_payable'],
                CASE WHEN n % 3 = 0 THEN ARRAY['credit', 'debit'] ELSE ARRAY['debit', 'credit'] END,
                ARRAY[a.amount, a.amount]::numeric[], ARRAY[NULL, @property]::uuid[], ARRAY[NULL, NULL]::text[])
            FROM generate_series(1, @count) AS n
            CROSS JOIN LATERAL (SELECT CASE WHEN n % 3 = 0 THEN 1.00 ELSE 2.03 + n % 7 END AS amount) a
            """,
            new { property, count, at = market.Clock.GetUtcNow().AddDays(-3) });
        return property;
    }

    private async Task<Somebody> OwnerAsync(Guid property)
    {
        var owner = await market.SeedAsync("owner");
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at) VALUES (gen_random_uuid(), @property, @AccountId, 'owner', now())",
            new { property, owner.AccountId });
        return owner;
    }

    private async Task<(string Name, string Transfer, decimal Net)> PaidAsync(Guid payout)
    {
        var seen = (await market.PayoutAsync(payout))["payout"]!;
        return (seen["property_name"]!.GetValue<string>(), seen["transfer_id"]?.GetValue<string>() ?? "", seen["net"]!.GetValue<decimal>());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Somebody by)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/{path}", UriKind.Relative)) { Headers = { Authorization = new("Bearer", market.TokenOf(by)) } };
        return await market.Api.SendAsync(request);
    }

    private async Task<Fetched> FetchAsync(string path, Somebody by)
    {
        using var response = await SendAsync(path, by);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {Encoding.UTF8.GetString(body)} {market.Complaints}");
        return new(body, response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentDisposition?.ToString(), response.Headers.CacheControl?.ToString());
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
