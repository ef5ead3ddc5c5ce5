using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class HostRaceTests
{
    [Fact]
    public async Task Of_a_hundred_guests_at_once_one_gets_the_last_room()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var room = await sandbox.Host.OpenRoomAsync();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => sandbox.Host.BookAsync(room, $"{round}/{i}", 10 + (3 * round), 2)));

            Assert.Single(answers, answer => answer.Status == 201);
            Assert.Equal(99, answers.Count(answer => answer.Status == 409 && answer.String("code") == "no_availability"));
            Assert.Equal([1, 1], await sandbox.Host.SoldAsync(room, 10 + (3 * round), 2));
        }
    }

    [Fact]
    public async Task Bookings_changes_and_cancellations_at_once_never_oversell_and_always_add_up()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        string[] rooms = [await host.OpenRoomAsync(2, 0), await host.OpenRoomAsync(2, 1), await host.OpenRoomAsync(2, 2)];

        await Task.WhenAll(Enumerable.Range(0, 12).Select(GuestAsync));

        var standing = (await host.ReadAsync("/control/bookings")).Json.EnumerateArray().Select(stored => stored.GetProperty("booking"))
            .Where(booking => booking.GetProperty("status").GetString() == "confirmed").ToArray();
        Assert.NotEmpty(standing);
        foreach (var room in rooms)
        {
            var sold = await host.SoldAsync(room, 0, 40);
            Assert.All(sold, count => Assert.InRange(count, 0, 2));
            Assert.Equal(Enumerable.Range(0, 40).Select(day => standing.Count(booking => Covers(booking, room, HostDesk.Day(day)))), sold);
        }

        async Task GuestAsync(int guest)
        {
            var random = new Random(TestSeed.Or(guest));
            var ids = new List<string>();
            for (var step = 0; step < 25; step++)
            {
                var key = $"{guest}/{step}";
                if (ids.Count == 0 || random.Next(3) == 0)
                {
                    var answer = await host.BookAsync(rooms[random.Next(3)], key, random.Next(20), 1 + random.Next(4));
                    if (answer.Status == 201)
                        ids.Add(answer.String("id"));
                    else
                        Assert.Equal(409, answer.Status);
                }
                else if (random.Next(2) == 0)
                {
                    var from = random.Next(20);
                    var change = new { room_type_id = rooms[random.Next(3)], check_in = HostDesk.Text(HostDesk.Day(from)), check_out = HostDesk.Text(HostDesk.Day(from + 2)) };
                    var body = new StringContent(JsonSerializer.Serialize(change), Encoding.UTF8, "application/json");
                    var answer = await host.CallAsync(HttpMethod.Patch, $"/v1/bookings/{ids[random.Next(ids.Count)]}", body, key);
                    Assert.Contains(answer.Status, new[] { 200, 409 });
                }
                else
                {
                    Assert.Equal(200, (await host.CallAsync(HttpMethod.Post, $"/v1/bookings/{ids[random.Next(ids.Count)]}/cancel")).Status);
                }
            }
        }
    }

    private static bool Covers(JsonElement booking, string room, DateOnly day) =>
        booking.GetProperty("room_type_id").GetString() == room
        && Date(booking, "check_in") <= day
        && day < Date(booking, "check_out");

    private static DateOnly Date(JsonElement booking, string name) => DateOnly.Parse(booking.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
