using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class SyncRaceTests(InventoryMarketplace market) : IClassFixture<InventoryMarketplace>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Webhooks_syncs_holds_and_bookings_at_once_end_with_the_hosts_calendar_and_our_counts(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        var rooms = (await QueryAsync<(Guid HostId, Guid Id)>("SELECT host_unit_id, id FROM reserve.unit_map ORDER BY id")).Take(6).ToList();
        var today = await market.ReadAsync<DateOnly>("SELECT min(date) FROM reserve.availability_calendar");
        List<Task> under = [];
        List<Guid> paid = [];
        for (var step = 0; step < 60; step++)
        {
            var (room, unit) = rooms[random.Next(rooms.Count)];
            var from = today.AddDays(30 + random.Next(60));
            switch (random.Next(10))
            {
                case 0:
                    under.Add(SyncAsync(full: false));
                    break;
                case 1 when step % 3 == 0:
                    under.Add(SyncAsync(full: true));
                    break;
                case 2:
                    await Marketplace.WebhookRuleAsync(market.Host, new { action = "double" });
                    break;
                case 3:
                    await Marketplace.WebhookRuleAsync(market.Host, new { action = "reorder", delay_ms = 30 });
                    break;
                case 4:
                    await Marketplace.WebhookRuleAsync(market.Host, new { action = "delay", delay_ms = random.Next(200) });
                    break;
                case 5:
                    paid.AddRange(await BookAsync());
                    break;
                case 6:
                    under.Add(market.AskForHoldAsync(await market.FreeStayAsync(nights: 1)));
                    break;
                default:
                    under.Add(ChangeAsync(room, from, random.Next(1, 6), random.Next(50, 900), random.Next(1, 9)));
                    break;
            }
        }

        await Task.WhenAll(under);
        Assert.NotEmpty(paid);
        // The Host may have cut the allotment in between.
        foreach (var intent in paid)
            await market.UntilAsync(intent, "confirmed", "cancelled");
        await market.CalmAsync();
        // Every invariant over the counts of holds and bookings among them.
        await market.ExpectSoundAsync();
        await Marketplace.EventuallyAsync(
            async () => (await DifferencesAsync(today)).Count == 0,
            () => $"the calendar is not the Host's: {string.Join("; ", DifferencesAsync(today).GetAwaiter().GetResult().Take(5))}");
    }

    // None when somebody else was quicker.
    private async Task<IEnumerable<Guid>> BookAsync()
    {
        var stay = await market.FreeStayAsync(nights: 2);
        var answer = await market.AskForHoldAsync(stay);
        if (answer.Status == HttpStatusCode.Conflict)
            return [];
        var held = new Held((Guid)answer.Body["booking_intent_id"]!, stay, (decimal)answer.Body["total"]!);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        return [held.IntentId];
    }

    private async Task SyncAsync(bool full)
    {
        var city = await market.ReadAsync<Guid>("SELECT id FROM reserve.cities WHERE slug = 'urubici'");
        var jobs = market.Services.GetRequiredService<SyncJobs>();
        var sync = market.Services.GetRequiredService<HostSync>();
        var plan = (await jobs.BeginAsync(SyncKind.Availability, city, full, CancellationToken.None))!;
        var progress = SyncProgress.Start;
        while (!progress.IsAtEnd)
            progress = await sync.PageAsync(plan, progress, CancellationToken.None);
        await sync.FinishAsync(plan, CancellationToken.None);
    }

    private async Task ChangeAsync(Guid room, DateOnly from, int nights, decimal price, int allotment)
    {
        using var answer = await market.Host.PutAsync("/control/nights", JsonContent.Create(new { room_type_id = room, from, to = from.AddDays(nights), price, allotment }));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<List<string>> DifferencesAsync(DateOnly today)
    {
        var ours = (await QueryAsync<(Guid Room, DateOnly Date, int Allotment, int Sold, decimal? Price, long Version)>(
            """
            SELECT u.host_unit_id, c.date, c.allotment, c.host_sold_count, c.price, c.host_version
            FROM reserve.availability_calendar c
            JOIN reserve.unit_map u ON u.id = c.unit_id
            WHERE c.date >= @today
              AND c.date < @today + 365
            """,
            new { today })).ToDictionary(n => (n.Room, n.Date));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/cities/urubici/availability?limit=500&from={today:O}&to={today.AddDays(365):O}"));
        request.Headers.Authorization = new("Bearer", "hc_sandbox_key");
        using var answer = await market.Host.SendAsync(request);
        var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        List<string> different = [];
        foreach (var room in page["items"]!.AsArray())
        {
            foreach (var night in room!["nights"]!.AsArray())
            {
                var key = ((Guid)room["room_type_id"]!, DateOnly.Parse((string)night!["date"]!, CultureInfo.InvariantCulture));
                var theirs = ((int)night["allotment"]!, (int)night["sold"]!, (decimal?)night["price"], (long)night["version"]!);
                if (!ours.TryGetValue(key, out var mine) || (mine.Allotment, mine.Sold, mine.Price, mine.Version) != theirs)
                    different.Add($"{key}: {theirs}, here {mine}");
            }
        }

        return different;
    }

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QueryAsync<T>(sql, parameters);
    }
}
