using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Dapper;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Nights in a row in which a unit is sold without any restriction, and nobody is.</summary>
internal sealed record Window(Guid UnitId, DateOnly From, DateOnly To);

/// <summary>What a guest does to move a booking.</summary>
internal static class Moving
{
    /// <summary>Free nights, of a unit with so many rooms and of another property if those are given; the day after them is unrestricted too.</summary>
    public static async Task<Window> FreeWindowAsync(this Marketplace market, int nights, int? rooms = null, Guid? notAt = null)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QueryFirstAsync<Window>(
            """
            SELECT c.unit_id, c.date AS from, c.date + @nights AS to
            FROM (
                SELECT *
                FROM reserve.availability_calendar
                WHERE date > current_date + 40
                  AND date < current_date + 300
                ORDER BY hashtextextended(unit_id::text, date - date '2000-01-01')
                OFFSET 0) c
            WHERE @nights + 1 = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date >= c.date
                    AND n.date <= c.date + @nights
                    AND n.is_available
                    AND n.min_stay = 1
                    AND n.max_stay >= @nights
                    AND NOT n.closed_to_arrival
                    AND NOT n.closed_to_departure
                    AND n.bookings_count = 0
                    AND n.temp_holds = 0
                    AND n.effective_allotment > 0
                    AND (@rooms::int IS NULL OR n.allotment = @rooms))
              AND EXISTS (SELECT 1 FROM reserve.unit_map u WHERE u.id = c.unit_id AND u.max_occupancy >= 2 AND u.property_id IS DISTINCT FROM @notAt)
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.booking_intents i
                  WHERE i.unit_id = c.unit_id
                    AND i.check_in < c.date + @nights + 1
                    AND i.check_out >= c.date)
            LIMIT 1
            """,
            new { nights, rooms, notAt });
    }

    /// <summary>Books the first nights of a window for one adult, by card, under a policy.</summary>
    public static async Task<Stands> BookAsync(this Marketplace market, Window window, int nights, string policy = "flexible", int after = 0)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            "UPDATE reserve.properties_map SET cancellation_policy = @policy WHERE id = (SELECT property_id FROM reserve.unit_map WHERE id = @UnitId)",
            new { window.UnitId, policy });
        var from = window.From.AddDays(after);
        var held = await market.PayByCardAsync(new(window.UnitId, from, from.AddDays(nights)));
        await market.UntilAsync(held.IntentId, "confirmed");
        var (code, id) = await connection.QuerySingleAsync<(string, Guid)>(
            "SELECT confirmation_code, id FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { held.IntentId });
        return new(held, code, id);
    }

    /// <summary>The Host gives every night of a window one price, so that a night costs what the others do.</summary>
    public static async Task PriceAsync(this Marketplace market, Window window, decimal price)
    {
        var room = await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", window);
        using var ordered = await market.Host.PutAsJsonAsync("/control/nights", new { room_type_id = room, from = window.From, to = window.To.AddDays(1), price });
        Assert.True(ordered.IsSuccessStatusCode, $"{ordered.StatusCode}");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>(
                "SELECT bool_and(price IS NOT DISTINCT FROM @price) FROM reserve.availability_calendar WHERE unit_id = @UnitId AND date >= @From AND date <= @To",
                new { window.UnitId, window.From, window.To, price }),
            () => $"the price did not arrive\n{market.Complaints}");
    }

    /// <summary>The Host restricts a day: <c>closed_to_arrival</c>, <c>closed_to_departure</c>, <c>min_stay</c>.</summary>
    public static async Task RestrictAtHostAsync(
        this Marketplace market, Guid unitId, DateOnly day, bool closedToArrival = false, bool closedToDeparture = false, int minStay = 1)
    {
        var room = await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @unitId", new { unitId });
        using var ordered = await market.Host.PutAsJsonAsync(
            "/control/nights",
            new { room_type_id = room, from = day, to = day.AddDays(1), closed_to_arrival = closedToArrival, closed_to_departure = closedToDeparture, min_stay = minStay });
        Assert.True(ordered.IsSuccessStatusCode, $"{ordered.StatusCode}");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>(
                """
                SELECT (closed_to_arrival, closed_to_departure, min_stay) = (@closedToArrival, @closedToDeparture, @minStay)
                FROM reserve.availability_calendar
                WHERE unit_id = @unitId AND date = @day
                """,
                new { unitId, day, closedToArrival, closedToDeparture, minStay }),
            () => $"the restriction did not arrive\n{market.Complaints}");
    }

    public static Task<Answer> AskToMoveAsync(this Marketplace market, Stands booking, object body) =>
        market.SendAsync(new(HttpMethod.Post, $"/api/reservations/{booking.Code}/modify") { Content = JsonContent.Create(body) });

    public static Task<Answer> QuoteMoveAsync(this Marketplace market, Stands booking, object body) =>
        market.SendAsync(new(HttpMethod.Post, $"/api/reservations/{booking.Code}/modification-quote") { Content = JsonContent.Create(body) });

    /// <summary>Begins a change.</summary>
    public static async Task<Change> BeginMoveAsync(this Marketplace market, Stands booking, object body)
    {
        var answer = await market.AskToMoveAsync(booking, body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status}: {answer.Body}\n{market.Complaints}");
        var price = answer.Body["price"]!;
        return new(
            answer.Body["booking_intent_id"]!.GetValue<Guid>(), price["amount_due"]!.GetValue<decimal>(), price["refund"]!.GetValue<decimal>(),
            price["kept"]!.GetValue<decimal>(), price["difference"]!.GetValue<decimal>());
    }

    /// <summary>Pays what a change costs, if it costs anything, with the token of the booking that is changed.</summary>
    public static async Task PayAsync(this Marketplace market, Stands booking, Change change, string method = "card")
    {
        if (change.Due == 0)
        {
            return;
        }

        var begun = await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{change.IntentId}/payments/{method}")
        {
            Headers = { Authorization = new("Bearer", market.TokenOf(booking.Held.IntentId)) },
        });
        Assert.True(begun.Status == HttpStatusCode.Created, $"{begun.Status}: {begun.Body}");
        Assert.Equal(change.Due, begun.Body["amount"]!.GetValue<decimal>());
        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(begun.Body) : await market.ConfirmCardAsync(begun.Body));
    }

    /// <summary>Begins a change, pays it, and waits until it is made and what is owed is back.</summary>
    public static async Task<Change> MoveAsync(this Marketplace market, Stands booking, object body, string method = "card")
    {
        var change = await market.BeginMoveAsync(booking, body);
        await market.PayAsync(booking, change, method);
        await market.UntilAsync(change.IntentId, "confirmed");
        await Marketplace.EventuallyAsync(
            async () => change.Refund == await market.ReadAsync<decimal>(
                "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND purpose = 'modification' AND status = 'succeeded'",
                new { change.IntentId }),
            () => $"{change.Refund} did not go back\n{market.Complaints}");
        return change;
    }

    /// <summary>The property's desk changes the booking at the Host.</summary>
    public static async Task<Guid> ChangeByHandAsync(this Marketplace market, Stands booking, Stay wanted)
    {
        var id = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/bookings/{id}")
        {
            Headers = { Authorization = new("Bearer", "hc_sandbox_key") },
            Content = JsonContent.Create(new { check_in = wanted.CheckIn, check_out = wanted.CheckOut }),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        using var response = await market.Host.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return id;
    }

    /// <summary>The Host refuses the next change, with a code of its own.</summary>
    public static Task HostSaysNoAsync(this Marketplace market, string code) =>
        Marketplace.FaultAsync(market.Host, new
        {
            kind = "status", status = 409, method = "PATCH", path = "/v1/bookings/*", count = 1,
            body = new { type = "about:blank", title = "No", status = 409, code, detail = "No." },
        });

    /// <summary>Waits for something, skipping back-offs on the shifted clock.</summary>
    public static Task SkipUntilAsync(this Marketplace market, Func<Task<bool>> condition, string why) =>
        Marketplace.EventuallyAsync(
            async () =>
            {
                if (await condition())
                {
                    return true;
                }

                market.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(20);
                return false;
            },
            () => $"{why}\n{market.Complaints}");

    /// <summary>What the Host has as the booking's stay.</summary>
    public static async Task<Stay> StayAtHostAsync(this Marketplace market, Stands booking)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/bookings/by-key/{booking.Held.IntentId}");
        request.Headers.Authorization = new("Bearer", "hc_sandbox_key");
        using var response = await market.Host.SendAsync(request);
        var body = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var unitId = await market.ReadAsync<Guid>(
            "SELECT id FROM reserve.unit_map WHERE host_unit_id = @Host", new { Host = body["room_type_id"]!.GetValue<Guid>() });
        return new(
            unitId,
            DateOnly.ParseExact(body["check_in"]!.GetValue<string>(), "O", CultureInfo.InvariantCulture),
            DateOnly.ParseExact(body["check_out"]!.GetValue<string>(), "O", CultureInfo.InvariantCulture));
    }

    /// <summary>The stay that the reservation is.</summary>
    public static async Task<Stay> StayAsync(this Marketplace market, Stands booking)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<Stay>(
            "SELECT unit_id, check_in, check_out FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
    }

    public static Task<decimal> TotalAsync(this Marketplace market, Stands booking) =>
        market.ReadAsync<decimal>("SELECT total_amount FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
}

/// <summary>A change that was begun.</summary>
internal sealed record Change(Guid IntentId, decimal Due, decimal Refund, decimal Kept, decimal Difference);
