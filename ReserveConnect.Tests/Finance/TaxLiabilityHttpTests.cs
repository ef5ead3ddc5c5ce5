using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>The monthly report of taxes over HTTP, with a booking's ISS in it and a month's PIS after the timer.</summary>
public sealed class TaxLiabilityHttpTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_bookings_ISS_is_in_the_report_of_its_month_and_the_months_PIS_in_that_of_the_next()
    {
        await market.MakeAsync("tax", new { tax_type = "PIS", rate = 0.65m, applies_to = "commission", effective_from = Day(market.Today()), reason = "a law" });
        var booking = await market.BookStayAsync();
        var (month, iss) = (Month(market.Today()), await market.BalanceAsync(booking, "tax_payable"));
        var income = await market.BalanceAsync(booking, "commission_income") + await market.BalanceAsync(booking, "service_fee_income");

        var report = await ReportAsync(month);
        var line = Assert.Single(report["items"]!.AsArray())!;
        Assert.Equal(("ISS", "Urubici", income), (Text(line, "tax_type"), Text(line, "city"), Number(line, "base")));
        Assert.Equal((0m, iss, 0m, 0m, iss), (Number(line, "opening_balance"), Number(line, "accrued"), Number(line, "reversed"), Number(line, "paid"), Number(line, "closing_balance")));

        market.Clock.Advance(TimeSpan.FromDays(32));
        await market.RunJobAsync("accrue_taxes");
        await market.RunJobAsync("accrue_taxes");

        var next = await ReportAsync(Month(market.Today()));
        var pis = Assert.Single(next["items"]!.AsArray(), l => Text(l!, "tax_type") == "PIS")!;
        Assert.Equal((income, decimal.Round(income * 0.0065m, 2, MidpointRounding.ToEven)), (Number(pis, "base"), Number(pis, "accrued")));
        Assert.Equal(await OwedAsync(), Number(next, "closing_balance"));
        Assert.Equal(iss, Number(next, "opening_balance"));
        await market.ExpectSoundAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/admin/taxes/liability?month={month}&format=csv", UriKind.Relative))
        {
            Headers = { Authorization = new("Bearer", await market.TokenAsync("agent")) },
        };
        using var csv = await market.Api.SendAsync(request);
        Assert.Equal(MediaTypeHeaderValue.Parse("text/csv; charset=utf-8"), csv.Content.Headers.ContentType);
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("month,tax_type,city_id,city,base,opening_balance,accrued,reversed,paid,closing_balance,currency", lines[0]);
        Assert.Equal(FormattableString.Invariant($"{month},ISS,{Urubici},Urubici,{income:0.00},0.00,{iss:0.00},0.00,0.00,{iss:0.00},BRL"), Assert.Single(lines[1..]));
    }

    [Theory]
    [InlineData("", "required")]
    [InlineData("?month=2027", "invalid_value")]
    [InlineData("?month=2027-13", "invalid_value")]
    [InlineData("?month=2027-01&format=pdf", "invalid_value")]
    public async Task A_month_has_to_be_one(string query, string code) =>
        Refused(await market.GetAsync($"admin/taxes/liability{query}", await market.TokenAsync("agent")), HttpStatusCode.BadRequest, code);

    private async Task<JsonNode> ReportAsync(string month)
    {
        var answer = await market.GetAsync($"admin/taxes/liability?month={month}", await market.TokenAsync("agent"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }

    private Task<decimal> OwedAsync() => market.ReadAsync<decimal>(
        "SELECT sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END) FROM reserve.financial_ledger WHERE account = 'tax_payable'");

    private static string Month(DateOnly day) => day.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
}
