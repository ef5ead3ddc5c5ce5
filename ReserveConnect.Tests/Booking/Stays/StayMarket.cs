using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.DurableTask.Client;
using ReserveConnect.Inventory;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>A marketplace whose guests arrive within days.</summary>
internal static class StayMarket
{
    public const string Zone = "America/Sao_Paulo";

    /// <summary>Books a stay that begins in two days or soon after, by the clock of the marketplace.</summary>
    public static async Task<Coming> BookSoonAsync(this Marketplace market, int nights = 1)
    {
        var stay = await market.SoonAsync(nights);
        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "confirmed");
        await using var connection = await market.OpenAsync();
        var (id, code, property) = await connection.QuerySingleAsync<(Guid, string, Guid)>(
            "SELECT id, confirmation_code, property_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held);
        return new(held, id, code, property);
    }

    /// <summary>A stay soon that nobody has booked, of a unit that may be left after any night.</summary>
    public static async Task<Stay> SoonAsync(this Marketplace market, int nights)
    {
        var today = CityDay.At(market.Clock.GetUtcNow(), Zone);
        await using var connection = await market.OpenAsync();
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + @nights AS check_out
            FROM reserve.availability_calendar c
            JOIN reserve.unit_map u ON u.id = c.unit_id AND u.is_active AND u.max_occupancy >= 2
            WHERE c.date >= @from
              AND c.date < @from + 40
              AND NOT c.closed_to_arrival
              AND c.min_stay = 1
              AND c.max_stay >= @nights
              AND @nights + 1 = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date >= c.date
                    AND n.date <= c.date + @nights
                    AND n.is_available
                    AND NOT n.closed_to_departure
                    AND n.bookings_count = 0
                    AND n.temp_holds = 0
                    AND n.effective_allotment > 0)
              AND NOT EXISTS (SELECT 1 FROM reserve.booking_intents i WHERE i.unit_id = c.unit_id)
            ORDER BY c.date, c.unit_id
            LIMIT 1
            """,
            new { nights, from = today.AddDays(2) });
    }

    /// <summary>Moves the clock to an hour of a day in the city.</summary>
    public static void GoTo(this Marketplace market, DateOnly day, int hour, int minute = 0, string zone = Zone)
    {
        var local = day.ToDateTime(new TimeOnly(hour, minute));
        market.Clock.AdvanceTo(new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(local)));
    }

    /// <summary>Has the hourly run made now, and waits for its end.</summary>
    public static async Task ProcessStaysAsync(this Marketplace market)
    {
        await market.RunJobAsync("process_stays");
        var run = await market.Durable.WaitForInstanceCompletionAsync("process-stays", CancellationToken.None);
        Assert.True(run.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{run.RuntimeStatus}\n{market.Complaints}");
    }

    /// <summary>Asks for a move as somebody.</summary>
    /// <param name="move"><c>check-in</c> or <c>check-out</c>.</param>
    public static Task<Answer> AskAsync(this Marketplace market, Coming coming, string move, string token) =>
        market.PostAsync($"reservations/{coming.Code}/{move}", new { }, token);

    public static async Task CheckInAsync(this Marketplace market, Coming coming, string token)
    {
        var answer = await market.AskAsync(coming, "check-in", token);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}\n{market.Complaints}");
    }

    public static Task<string> StatusOfAsync(this Marketplace market, Coming coming) =>
        market.ReadAsync<string>("SELECT status FROM reserve.reservations WHERE id = @Id", new { coming.Id });

    /// <summary>The Host's booking.</summary>
    public static async Task<JsonNode> AtHostAsync(this Marketplace market, Coming coming)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/bookings/by-key/{coming.Held.IntentId}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "hc_sandbox_key");
        using var response = await market.Host.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>Events of a reservation, in order.</summary>
    public static async Task<IReadOnlyList<string>> EventsAsync(this Marketplace market, Coming coming)
    {
        await using var connection = await market.OpenAsync();
        return
        [
            .. await connection.QueryAsync<string>(
                "SELECT event_type FROM reserve.events WHERE aggregate_type = 'reservation' AND aggregate_id = @Id ORDER BY sequence", new { coming.Id }),
        ];
    }
}

/// <summary>A guest who is to come.</summary>
internal sealed record Coming(Held Held, Guid Id, string Code, Guid PropertyId)
{
    public Stay Stay => Held.Stay;
}
