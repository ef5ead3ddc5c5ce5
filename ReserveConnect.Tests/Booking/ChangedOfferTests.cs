using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>What a stay costs changes after it was quoted and before its nights are held.</summary>
public sealed class ChangedOfferTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData("UPDATE reserve.rate_plans SET cleaning_fee = cleaning_fee + 7 WHERE unit_id = @UnitId")]
    [InlineData("UPDATE reserve.rate_plans SET length_of_stay_discounts = '[{\"min_nights\": 1, \"percent\": 50}]' WHERE unit_id = @UnitId")]
    [InlineData(
        """
        INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price, cleaning_fee, valid_from, valid_to)
        SELECT gen_random_uuid(), property_id, id, 100, 555, '2026-01-01'::date, NULL
        FROM reserve.unit_map
        WHERE id = @UnitId
        """)]
    [InlineData(
        """
        UPDATE reserve.rate_plans SET base_price = 4321 WHERE unit_id = @UnitId;
        UPDATE reserve.availability_calendar SET price = NULL WHERE unit_id = @UnitId
        """)]
    [InlineData("UPDATE reserve.availability_calendar SET price = 1234.56 WHERE unit_id = @UnitId")]
    [InlineData(
        """
        INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from, city_id)
        SELECT gen_random_uuid(), 'T' || left(u.id::text, 8), 1, 'booking', '2026-01-01', p.city_id
        FROM reserve.unit_map u
        JOIN reserve.properties_map p ON p.id = u.property_id
        WHERE u.id = @UnitId
        """)]
    public async Task A_price_that_changes_between_quote_and_hold_is_quoted_anew(string change)
    {
        var stay = await UnseasonedStayAsync();
        var before = await QuoteAsync(stay);

        var answer = await AskWhileItChangesAsync(stay, change);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var id = answer.Body["booking_intent_id"]!.GetValue<Guid>();
        var kept = JsonNode.Parse(await market.ReadAsync<string>("SELECT quote::text FROM reserve.booking_intents WHERE id = @id", new { id }))!;
        Assert.Equal((2, 0), await market.RoomsAsync(stay));
        using var cancel = new HttpRequestMessage(HttpMethod.Delete, $"/api/booking-intents/{id}");
        await market.SendAsync(cancel);
        var after = await QuoteAsync(stay);
        Assert.NotEqual(before["total"]!.GetValue<decimal>(), after["total"]!.GetValue<decimal>());
        Assert.Equal(after["total"]!.GetValue<decimal>(), answer.Body["total"]!.GetValue<decimal>());
        Assert.Equal(after["total"]!.GetValue<decimal>(), kept["total"]!.GetValue<decimal>());
        Assert.Equal(Lines(after), Lines(kept));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_unit_that_is_withdrawn_between_quote_and_hold_is_not_held()
    {
        var stay = await UnseasonedStayAsync();
        var before = await IntentsAsync(stay);

        var answer = await AskWhileItChangesAsync(stay, "UPDATE reserve.unit_map SET is_active = false WHERE id = @UnitId");

        Assert.Equal((HttpStatusCode.NotFound, "unit_not_found"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        Assert.Equal(before, await IntentsAsync(stay));
    }

    // The quote reads past the lock, the hold waits for it: what is written under the lock comes between the two.
    private async Task<Answer> AskWhileItChangesAsync(Stay stay, string change)
    {
        await using var host = await market.OpenAsync();
        await using var writing = await host.BeginTransactionAsync();
        await host.ExecuteAsync(
            "SELECT date FROM reserve.availability_calendar WHERE unit_id = @UnitId AND date >= @CheckIn AND date < @CheckOut ORDER BY date FOR UPDATE", stay);
        var asking = market.AskForHoldAsync(stay);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE @ProcessID = ANY (pg_blocking_pids(pid)))", new { host.ProcessID }),
            () => "the hold does not wait for the nights");

        await host.ExecuteAsync(change, stay);
        await writing.CommitAsync();
        return await asking;
    }

    private Task<long> IntentsAsync(Stay stay) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE unit_id = @UnitId", stay);

    private static IEnumerable<string> Lines(JsonNode quote) => quote["lines"]!.AsArray().Select(line => $"{line!["code"]} {line["amount"]}");

    private async Task<JsonNode> QuoteAsync(Stay stay) => (await market.Api.GetFromJsonAsync<JsonNode>(
        $"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:yyyy-MM-dd}&check_out={stay.CheckOut:yyyy-MM-dd}&adults=1"))!;

    // A season of the sample city would go before the standard plan, and before one that a test adds.
    private async Task<Stay> UnseasonedStayAsync()
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("DELETE FROM reserve.rate_plans WHERE is_season");
        return await market.FreeStayAsync();
    }
}
