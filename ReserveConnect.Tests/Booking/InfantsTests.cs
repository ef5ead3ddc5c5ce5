using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Children under two: they come along and count for nothing.</summary>
public sealed class InfantsTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Infants_are_booked_beside_a_full_house_and_stand_in_the_reservation()
    {
        var stay = await market.FreeStayAsync();
        var most = await market.ReadAsync<int>("SELECT max_occupancy FROM reserve.unit_map WHERE id = @UnitId", stay);

        var answer = await AskAsync(stay, adults: most, infants: 3);
        Assert.Equal((HttpStatusCode.Created, 3), (answer.Status, answer.Body["infants"]!.GetValue<int>()));
        var held = new Held(answer.Body["booking_intent_id"]!.GetValue<Guid>(), stay, answer.Body["total"]!.GetValue<decimal>());
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal($"{most}/0/3", await market.ReadAsync<string>(
            "SELECT guests_adults || '/' || guests_children || '/' || guests_infants FROM reserve.reservations WHERE booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task Infants_change_nothing_of_the_price()
    {
        var stay = await market.FreeStayAsync();
        var path = $"/api/units/{stay.UnitId}/availability?check_in={stay.CheckIn:yyyy-MM-dd}&check_out={stay.CheckOut:yyyy-MM-dd}&adults=2";

        var (without, with) = (await market.Api.GetFromJsonAsync<JsonNode>(path), await market.Api.GetFromJsonAsync<JsonNode>($"{path}&infants=10"));

        Assert.Equal(without!.ToJsonString(), with!.ToJsonString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public async Task So_many_infants_are_refused_and_nothing_is_held(int infants)
    {
        var stay = await market.FreeStayAsync();
        var before = await CountsAsync();

        var answer = await AskAsync(stay, adults: 1, infants);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "guests_invalid"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.Equal("infants", answer.Body["errors"]![0]!["field"]!.GetValue<string>());
        Assert.Equal((0, 0), await market.RoomsAsync(stay));
        Assert.Equal(before, await CountsAsync());
    }

    private Task<string> CountsAsync() => market.ReadAsync<string>(
        "SELECT (SELECT count(*) FROM reserve.booking_intents) || ' intents, ' || (SELECT count(*) FROM reserve.booking_holds) || ' holds'");

    private async Task<Answer> AskAsync(Stay stay, int adults, int infants)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = stay.UnitId,
                check_in = stay.CheckIn,
                check_out = stay.CheckOut,
                adults,
                infants,
                guest = new { email = "ana@example.com", first_name = "Ana", last_name = "Souza" },
            }),
        };
        return await market.SendAsync(request);
    }
}
