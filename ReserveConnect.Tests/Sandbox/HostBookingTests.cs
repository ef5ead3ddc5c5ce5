using System.Text;
using System.Text.Json;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class HostBookingTests
{
    [Fact]
    public async Task The_same_key_and_body_book_once()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync(allotment: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => sandbox.Host.BookAsync(room, "k")));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(19, answers.Count(answer => answer.Status == 200));
        Assert.Single(answers.Select(answer => answer.String("id")).Distinct());
        Assert.Equal([1, 1], await sandbox.Host.SoldAsync(room, 10, 2));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync(allotment: 5);
        await sandbox.Host.BookAsync(room, "k");

        var other = await sandbox.Host.BookAsync(room, "k", from: 20);

        Assert.Equal((422, "idempotency_mismatch"), (other.Status, other.String("code")));
        Assert.Equal([0, 0], await sandbox.Host.SoldAsync(room, 20, 2));
    }

    [Fact]
    public async Task A_refused_key_may_be_tried_again()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        var first = await sandbox.Host.BookAsync(room, "a");
        Assert.Equal(409, (await sandbox.Host.BookAsync(room, "b")).Status);
        await sandbox.Host.CallAsync(HttpMethod.Post, $"/v1/bookings/{first.String("id")}/cancel");

        Assert.Equal(201, (await sandbox.Host.BookAsync(room, "b")).Status);
    }

    [Fact]
    public async Task A_key_cancelled_before_it_is_used_never_books()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();

        var cancelled = await sandbox.Host.CallAsync(HttpMethod.Post, "/v1/bookings/by-key/late/cancel");
        var late = await sandbox.Host.BookAsync(room, "late");
        var asked = await sandbox.Host.ReadAsync("/v1/bookings/by-key/late");

        Assert.Equal(JsonValueKind.Null, cancelled.Json.GetProperty("booking").ValueKind);
        Assert.Equal((409, "key_cancelled"), (late.Status, late.String("code")));
        Assert.Equal(404, asked.Status);
        Assert.Equal([0, 0], await sandbox.Host.SoldAsync(room, 10, 2));
    }

    [Fact]
    public async Task A_cancellation_gives_the_nights_back_once()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        var id = (await sandbox.Host.BookAsync(room, "k")).String("id");

        var first = await sandbox.Host.CallAsync(HttpMethod.Post, $"/v1/bookings/{id}/cancel");
        var second = await sandbox.Host.CallAsync(HttpMethod.Post, "/v1/bookings/by-key/k/cancel");
        var repeated = await sandbox.Host.BookAsync(room, "k");

        Assert.Equal(("cancelled", "cancelled"), (first.String("status"), second.Json.GetProperty("booking").GetProperty("status").GetString()));
        Assert.Equal((200, "cancelled"), (repeated.Status, repeated.String("status")));
        Assert.Equal([0, 0], await sandbox.Host.SoldAsync(room, 10, 2));
    }

    [Fact]
    public async Task A_change_moves_the_nights_in_one_step()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        var other = await sandbox.Host.OpenRoomAsync(skip: 1);
        var id = (await sandbox.Host.BookAsync(room, "k", from: 10, nights: 3)).String("id");

        var moved = await PatchAsync(sandbox.Host, id, "1", new { check_in = HostDesk.Text(HostDesk.Day(12)), check_out = HostDesk.Text(HostDesk.Day(15)) });
        var again = await PatchAsync(sandbox.Host, id, "1", new { check_in = HostDesk.Text(HostDesk.Day(12)), check_out = HostDesk.Text(HostDesk.Day(15)) });
        var mismatch = await PatchAsync(sandbox.Host, id, "1", new { adults = 1 });

        Assert.Equal([200, 200, 422], new[] { moved.Status, again.Status, mismatch.Status });
        Assert.Equal(moved.Text, again.Text);
        Assert.Equal([0, 0, 1, 1, 1, 0], await sandbox.Host.SoldAsync(room, 10, 6));

        Assert.Equal(200, (await PatchAsync(sandbox.Host, id, "2", new { room_type_id = other })).Status);
        Assert.Equal([0, 0, 0], await sandbox.Host.SoldAsync(room, 12, 3));
        Assert.Equal([1, 1, 1], await sandbox.Host.SoldAsync(other, 12, 3));
    }

    [Fact]
    public async Task A_change_that_does_not_fit_changes_nothing()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        var id = (await sandbox.Host.BookAsync(room, "a", from: 10, nights: 2)).String("id");
        await sandbox.Host.BookAsync(room, "b", from: 13, nights: 1);

        var longer = await PatchAsync(sandbox.Host, id, "1", new { check_out = HostDesk.Text(HostDesk.Day(14)) });
        var backwards = await PatchAsync(sandbox.Host, id, "2", new { check_out = HostDesk.Text(HostDesk.Day(9)) });
        await sandbox.Host.CallAsync(HttpMethod.Post, $"/v1/bookings/{id}/cancel");
        var cancelled = await PatchAsync(sandbox.Host, id, "3", new { adults = 1 });

        var unknown = await PatchAsync(sandbox.Host, id, "4", new { colour = "blue" });

        Assert.Equal("invalid_request", unknown.String("code"));
        Assert.Equal("no_availability", longer.String("code"));
        Assert.Equal("invalid_booking", backwards.String("code"));
        Assert.Equal((409, "booking_cancelled"), (cancelled.Status, cancelled.String("code")));
        Assert.Equal([0, 0, 0, 1], await sandbox.Host.SoldAsync(room, 10, 4));
    }

    [Fact]
    public async Task Restrictions_of_a_stay_are_kept()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync(allotment: 9);
        await SetAsync(10, new { min_stay = 3 });
        await SetAsync(20, new { max_stay = 2 });
        await SetAsync(30, new { closed_to_arrival = true });
        await SetAsync(40, new { closed_to_departure = true });
        await SetAsync(50, new { is_open = false });

        Assert.Equal("invalid_booking", await CodeAsync(10, 2));
        Assert.Equal("201", await CodeAsync(10, 3));
        Assert.Equal("201", await CodeAsync(9, 2));
        Assert.Equal("invalid_booking", await CodeAsync(20, 3));
        Assert.Equal("invalid_booking", await CodeAsync(30, 1));
        Assert.Equal("201", await CodeAsync(29, 3));
        Assert.Equal("invalid_booking", await CodeAsync(39, 1));
        Assert.Equal("201", await CodeAsync(39, 2));
        Assert.Equal("no_availability", await CodeAsync(49, 2));
        Assert.Equal("201", await CodeAsync(49, 1));
        Assert.Equal("no_availability", await CodeAsync(364, 2));
        Assert.Equal("invalid_booking", await CodeAsync(-1, 1));
        Assert.Equal("invalid_booking", await CodeAsync(5, 0));

        Task SetAsync(int day, object values) => host.ControlAsync(HttpMethod.Put, "nights", Night(room, day, values));

        async Task<string> CodeAsync(int from, int nights)
        {
            var answer = await host.BookAsync(room, $"{from}/{nights}", from, nights);
            return answer.Status == 201 ? "201" : answer.String("code");
        }
    }

    [Fact]
    public async Task A_booking_keeps_its_days_of_arrival_and_departure_though_they_were_closed_since()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync(allotment: 9);
        var id = (await host.BookAsync(room, "k", 10, 3)).Json.GetProperty("id").GetString()!;
        await host.ControlAsync(HttpMethod.Put, "nights", Night(room, 10, new { closed_to_arrival = true, min_stay = 9, max_stay = 3 }));
        await host.ControlAsync(HttpMethod.Put, "nights", Night(room, 13, new { closed_to_departure = true }));

        Assert.Equal(200, (await PatchAsync(host, id, "guests", new { adults = 1 })).Status);
        Assert.Equal(422, (await PatchAsync(host, id, "longer", new { check_out = HostDesk.Text(HostDesk.Day(14)) })).Status);
        Assert.Equal(422, (await PatchAsync(host, id, "shorter, for fewer", new { check_out = HostDesk.Text(HostDesk.Day(12)), adults = 2 })).Status);
        Assert.Equal(200, (await PatchAsync(host, id, "later", new { check_in = HostDesk.Text(HostDesk.Day(11)) })).Status);
        Assert.Equal(422, (await PatchAsync(host, id, "back", new { check_in = HostDesk.Text(HostDesk.Day(10)) })).Status);
    }

    [Fact]
    public async Task A_request_that_says_too_little_or_nonsense_is_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync();
        var unknown = Guid.CreateVersion7().ToString();

        Assert.Equal("invalid_request", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room))).String("code"));
        Assert.Equal("invalid_request", (await host.JsonAsync("/v1/bookings", new { room_type_id = room }, "k")).String("code"));
        Assert.Equal("invalid_request", (await host.JsonAsync("/v1/bookings", new { room_type_id = "no uuid" }, "k")).String("code"));
        Assert.Equal("invalid_request", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room, name: new string('a', 101)), "k")).String("code"));
        Assert.Equal("invalid_request", (await TextAsync("{", "application/json")).String("code"));
        Assert.Equal("invalid_request", (await TextAsync("{}", "text/plain")).String("code"));
        Assert.Equal(413, (await OversizedAsync(host)).Status);
        Assert.Equal("room_type_not_found", (await host.JsonAsync("/v1/bookings", HostDesk.Request(unknown), "k")).String("code"));
        Assert.Equal("invalid_booking", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room, adults: 99), "k")).String("code"));
        Assert.Equal("invalid_booking", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room, adults: 0), "k")).String("code"));
        Assert.Equal("invalid_booking", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room, total: -1), "k")).String("code"));
        Assert.Equal("invalid_booking", (await host.JsonAsync("/v1/bookings", HostDesk.Request(room, currency: "EUR"), "k")).String("code"));
        Assert.Empty((await host.ReadAsync("/control/bookings")).Json.EnumerateArray());

        Task<Answer> TextAsync(string body, string type) =>
            host.CallAsync(HttpMethod.Post, "/v1/bookings", new StringContent(body, Encoding.UTF8, type), "k");
    }

    [Fact]
    public async Task What_is_no_longer_sold_cannot_be_booked()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync();
        var property = (await host.ReadAsync($"{HostDesk.City}/room-types?limit=1")).Json.GetProperty("items")[0].GetProperty("property_id").GetString();
        await host.ControlAsync(HttpMethod.Patch, $"properties/{property}", new { active = false });

        Assert.Equal("no_availability", (await host.BookAsync(room, "k")).String("code"));
    }

    [Fact]
    public async Task The_desk_books_by_hand_and_refuses_on_order()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync(allotment: 2);
        await host.ControlAsync("bookings/refuse", new { count = 1 });

        var refused = await host.BookAsync(room, "k");
        var byHand = await host.ControlAsync("bookings", new { room_type_id = room, check_in = HostDesk.Text(HostDesk.Day(10)), check_out = HostDesk.Text(HostDesk.Day(12)) });
        var accepted = await host.BookAsync(room, "k");

        Assert.Equal((409, "no_availability"), (refused.Status, refused.String("code")));
        Assert.Equal($"manual-{byHand.String("id")}", byHand.String("idempotency_key"));
        Assert.Equal(201, accepted.Status);
        Assert.Equal([2, 2], await host.SoldAsync(room, 10, 2));
    }

    // With 100-continue the client hears the refusal before it sends what nobody reads.
    private static async Task<Answer> OversizedAsync(HttpClient host)
    {
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = host.BaseAddress };
        client.DefaultRequestHeaders.Authorization = host.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.ExpectContinue = true;
        return await client.CallAsync(HttpMethod.Post, "/v1/bookings", new StringContent(new string(' ', 2_000_000), Encoding.UTF8, "application/json"), "k");
    }

    private static Dictionary<string, object?> Night(string room, int day, object values)
    {
        var order = JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonSerializer.Serialize(values))!;
        order["room_type_id"] = room;
        order["from"] = HostDesk.Text(HostDesk.Day(day));
        order["to"] = HostDesk.Text(HostDesk.Day(day + 1));
        return order;
    }

    private static Task<Answer> PatchAsync(HttpClient host, string id, string key, object change) =>
        host.CallAsync(HttpMethod.Patch, $"/v1/bookings/{id}", new StringContent(JsonSerializer.Serialize(change), Encoding.UTF8, "application/json"), key);
}
