using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class HostWebhookTests(InventoryMarketplace market) : IClassFixture<InventoryMarketplace>
{
    // Long before a job would read it; how fast it is the benchmark `sync` measures.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_change_at_the_host_is_in_the_calendar_at_once()
    {
        var (room, unit, stay) = await RoomAsync();
        var began = Stopwatch.GetTimestamp();

        await NightsAsync(room, stay, new { price = 777.00m, min_stay = 2 });

        await Marketplace.EventuallyAsync(async () => await PriceAsync(unit, stay.CheckIn) == 777m, () => market.Complaints);
        Assert.True(Stopwatch.GetElapsedTime(began) < AtOnce, $"{Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task A_property_and_a_room_type_follow_at_once_and_a_returned_one_with_the_nights_it_missed()
    {
        var (room, unit, stay) = await RoomAsync();
        var property = await market.ReadAsync<Guid>(
            "SELECT p.host_property_id FROM reserve.properties_map p JOIN reserve.unit_map u ON u.property_id = p.id WHERE u.id = @unit", new { unit });

        await PatchAsync($"/control/properties/{property}", new { name = "Nome Novo" });
        await PatchAsync($"/control/room-types/{room}", new { active = false });
        await UntilAsync("SELECT NOT u.is_active AND p.name = 'Nome Novo' FROM reserve.unit_map u JOIN reserve.properties_map p ON p.id = u.property_id WHERE u.id = @unit", unit);

        // Its nights are lost on the way while it is not sold.
        await Marketplace.WebhookRuleAsync(market.Host, new { action = "drop", type = "availability.changed", count = 1 });
        await NightsAsync(room, stay, new { price = 555.00m });
        await market.ReadAsync<int>("UPDATE reserve.host_marks SET version = version + 1 WHERE job_type = 'availability_sync' RETURNING 1");
        await PatchAsync($"/control/room-types/{room}", new { active = true });

        await UntilAsync("SELECT is_active AND behind_since IS NULL FROM reserve.unit_map WHERE id = @unit", unit);
        Assert.Equal(555m, await PriceAsync(unit, stay.CheckIn));
    }

    [Fact]
    public async Task Late_doubled_and_out_of_order_ones_end_with_what_the_host_has()
    {
        var (room, unit, stay) = await RoomAsync();
        foreach (var rule in (object[])[new { action = "reorder", delay_ms = 50 }, new { action = "double" }, new { action = "delay", delay_ms = 100 }, new { action = "double" }])
            await Marketplace.WebhookRuleAsync(market.Host, rule);
        for (var price = 101; price <= 104; price++)
            await NightsAsync(room, stay, new { price = (decimal)price });

        await Marketplace.EventuallyAsync(async () => await PriceAsync(unit, stay.CheckIn) == 104m, () => market.Complaints);
        await market.ExpectSoundAsync();
        Assert.Equal(104m, await PriceAsync(unit, stay.CheckIn));
    }

    [Fact]
    public async Task An_event_is_stored_once_and_only_with_the_hosts_own_signature()
    {
        var now = market.Clock.GetUtcNow();
        var id = Guid.CreateVersion7();
        var body = $$$"""{"id":"{{{id}}}","type":"availability.changed","created_at":"2026-01-01T00:00:00Z","data":{"city":"urubici","version":1}}""";

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body, Signature(body, now, "another secret")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body + " ", Signature(body, now)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body, Signature(body, now.AddMinutes(-6))));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body, Signature(body, now.AddMinutes(6))));
        Assert.Equal(0, await StoredAsync(id));

        Assert.Equal(HttpStatusCode.OK, await PostAsync(body, Signature(body, now)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(body, Signature(body, now)));
        Assert.Equal(1, await StoredAsync(id));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("{}", Signature("{}", now)));
    }

    [Fact]
    public async Task A_host_that_is_down_is_asked_again_until_the_change_is_here()
    {
        var (room, unit, stay) = await RoomAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", path = "*/availability", count = 2 });
        await NightsAsync(room, stay, new { price = 888.00m });

        await Marketplace.EventuallyAsync(async () => await PriceAsync(unit, stay.CheckIn) == 888m, () => market.Complaints);
        await market.CalmAsync();
    }

    [Fact]
    public async Task An_allotment_that_the_host_cuts_below_a_hold_is_overbooked_at_once()
    {
        var stay = await market.FreeStayAsync(rooms: 1);
        var room = await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", stay);
        await market.HoldAsync(stay);

        await NightsAsync(room, stay, new { allotment = 0 });

        await UntilAsync("SELECT EXISTS (SELECT FROM reserve.exceptions WHERE exception_type = 'overbooked' AND context ->> 'unit_id' = @unit::text)", stay.UnitId);
    }

    [Fact]
    public async Task A_booking_that_the_host_cancels_is_somebodys_trouble_and_our_own_echoes_are_nobodys()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
        Assert.True(await market.ReadAsync<long>("SELECT count(*) FROM reserve.webhook_events WHERE provider = 'host_connect' AND event_type = 'booking.changed'") > 0);
        Assert.Equal(0, await TroubleAsync(held));
        var booking = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held);

        await market.ControlAsync(market.Host, $"/control/bookings/{booking}/cancel", new { });

        await Marketplace.EventuallyAsync(async () => await TroubleAsync(held) == 1, () => market.Complaints);
        Assert.Equal("confirmed", await market.StatusAsync(held.IntentId));
        Assert.Equal("critical", await market.ReadAsync<string>("SELECT severity FROM reserve.exceptions WHERE exception_type = 'host_booking_changed' AND booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task A_booking_that_the_host_moves_is_somebodys_trouble_too()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        var booking = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/bookings/{booking}")
        {
            Content = JsonContent.Create(new { check_out = held.Stay.CheckOut.AddDays(-1) }),
        };
        request.Headers.Authorization = new("Bearer", "hc_sandbox_key");
        request.Headers.Add("Idempotency-Key", "desk");
        using var answer = await market.Host.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

        await Marketplace.EventuallyAsync(async () => await TroubleAsync(held) == 1, () => market.Complaints);
    }

    private Task<long> TroubleAsync(Held held) => market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'host_booking_changed' AND booking_intent_id = @IntentId", held);

    private Task<long> StoredAsync(Guid id) => market.ReadAsync<long>(
        "SELECT count(*) FROM reserve.webhook_events WHERE provider = 'host_connect' AND provider_event_id = @Id", new { Id = id.ToString() });

    private async Task<(Guid Room, Guid Unit, Stay Stay)> RoomAsync()
    {
        var stay = await market.FreeStayAsync();
        return (await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", stay), stay.UnitId, stay);
    }

    private Task<decimal> PriceAsync(Guid unit, DateOnly date) => market.ReadAsync<decimal>(
        "SELECT price FROM reserve.availability_calendar WHERE unit_id = @unit AND date = @date", new { unit, date });

    private Task UntilAsync(string sql, Guid unit) =>
        Marketplace.EventuallyAsync(() => market.ReadAsync<bool>(sql, new { unit }), () => market.Complaints);

    private async Task NightsAsync(Guid room, Stay stay, object values)
    {
        var order = System.Text.Json.JsonSerializer.SerializeToNode(values)!.AsObject();
        (order["room_type_id"], order["from"], order["to"]) = (room, stay.CheckIn.ToString("O", CultureInfo.InvariantCulture), stay.CheckOut.ToString("O", CultureInfo.InvariantCulture));
        using var answer = await market.Host.PutAsync("/control/nights", JsonContent.Create(order));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task PatchAsync(string path, object values)
    {
        using var answer = await market.Host.PatchAsync(path, JsonContent.Create(values));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpStatusCode> PostAsync(string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/host") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signature is not null)
            request.Headers.Add("Host-Connect-Signature", signature);
        return (await market.SendAsIsAsync(request)).Status;
    }

    private static string Signature(string body, DateTimeOffset at, string secret = "hc_sandbox_webhook_secret")
    {
        var t = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{t}.{body}"));
        return $"t={t},v1={Convert.ToHexStringLower(hash)}";
    }
}
