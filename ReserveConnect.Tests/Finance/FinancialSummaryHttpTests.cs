using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;
using static ReserveConnect.Tests.Finance.Rules;

namespace ReserveConnect.Tests.Finance;

/// <summary>The summary over HTTP: a booking is in it at once, and goes when it is cancelled.</summary>
public sealed class FinancialSummaryHttpTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_booking_is_in_the_summary_at_once_and_leaves_it_with_its_cancellation()
    {
        var before = await SummaryAsync($"admin/cities/{Urubici}/financial-summary");
        var booking = await market.BookStayAsync();
        var property = await market.PropertyOfAsync(booking.Held.Stay.UnitId);
        var (ours, theirs) = (
            await market.BalanceAsync(booking, "commission_income") + await market.BalanceAsync(booking, "service_fee_income"),
            await market.BalanceAsync(booking, "property_payable"));

        var after = await SummaryAsync($"admin/cities/{Urubici}/financial-summary?by=today&limit=100");

        Assert.Equal(Number(before["today"]!, "revenue") + ours, Number(after["today"]!, "revenue"));
        Assert.Equal(Number(before["outstanding"]!, "to_properties") + theirs, Number(after["outstanding"]!, "to_properties"));
        Assert.Null(after["outstanding"]!["taxes"]);
        var line = Assert.Single(after["properties"]!.AsArray(), p => Text(p!, "property_id") == $"{property}")!;
        Assert.Equal((ours, theirs), (Number(line, "today"), Number(line, "owed")));
        var all = await SummaryAsync("admin/financial-summary");
        Assert.Equal(await market.BalanceAsync(booking, "tax_payable"), Number(all["outstanding"]!, "taxes"));
        Assert.Equal(Number(after["month"]!, "revenue"), Number(all["month"]!, "revenue"));

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        Assert.Equal(Number(before["today"]!, "revenue"), Number((await SummaryAsync("admin/financial-summary"))["today"]!, "revenue"));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("admin/financial-summary?by=year", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("admin/financial-summary?limit=101", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("admin/financial-summary?cursor=x", HttpStatusCode.BadRequest, "invalid_cursor")]
    [InlineData("admin/cities/01a20943-ad57-7b06-9ddd-8c9bc9507b78/financial-summary", HttpStatusCode.NotFound, "city_not_found")]
    public async Task A_summary_of_what_there_is_not_is_refused(string path, HttpStatusCode status, string code) =>
        Refused(await market.GetAsync(path, await market.TokenAsync("agent")), status, code);

    private async Task<JsonNode> SummaryAsync(string path)
    {
        var answer = await market.GetAsync(path, await market.TokenAsync("agent"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}");
        return answer.Body;
    }
}
