using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class CalendarTests
{
    [Fact]
    public async Task As_days_pass_the_calendar_keeps_reaching_a_year_ahead()
    {
        using var folder = new ScratchFolder();
        var options = RunningSandbox.Options with { State = new StateOptions { Directory = folder.Path } };
        string room;
        long since;
        await using (var sandbox = await RunningSandbox.StartAsync(options))
        {
            room = await sandbox.Host.OpenRoomAsync();
            since = (await sandbox.Host.ReadAsync($"{HostDesk.City}/availability?limit=1")).Json.GetProperty("version").GetInt64();
            Assert.Equal("no_availability", (await sandbox.Host.BookAsync(room, "early", from: 365, nights: 2)).String("code"));

            await sandbox.Host.ControlAsync(HttpMethod.Put, "clock", new { advance = "10.00:00:00" });
            var fresh = await sandbox.Host.NightsAsync(room, 360, 30, since);

            Assert.Equal(Enumerable.Range(365, 10).Select(day => HostDesk.Text(HostDesk.Day(day))), fresh.Select(night => night.GetProperty("date").GetString()));
            Assert.All(fresh, night => Assert.Equal(0, night.GetProperty("sold").GetInt32()));
            Assert.Equal("invalid_booking", (await sandbox.Host.BookAsync(room, "past", from: 5, nights: 2)).String("code"));
            await sandbox.Host.ControlAsync(HttpMethod.Put, "nights", new { room_type_id = room, from = HostDesk.Text(HostDesk.Day(365)), to = HostDesk.Text(HostDesk.Day(370)), allotment = 1, is_open = true, min_stay = 1 });
            Assert.Equal(201, (await sandbox.Host.BookAsync(room, "late", from: 365, nights: 2)).Status);
        }

        // The second run begins at the real day again; the nights of the first are still there.
        await using var second = await RunningSandbox.StartAsync(options);
        Assert.Equal([1, 1, 0], await second.Host.SoldAsync(room, 365, 3));
        Assert.Equal(375, (await second.Host.NightsAsync(room, 0, 400)).Length);
    }

    [Fact]
    public async Task A_run_may_begin_on_another_day()
    {
        await using var sandbox = await RunningSandbox.StartAsync(RunningSandbox.Options with { Clock = new ClockOptions { Offset = TimeSpan.FromDays(100) } });

        var nights = (await sandbox.Host.ReadAsync($"{HostDesk.City}/availability?limit=1")).Json.GetProperty("items")[0].GetProperty("nights");

        Assert.Equal(HostDesk.Text(HostDesk.Day(100)), nights[0].GetProperty("date").GetString());
        Assert.Equal(365, nights.GetArrayLength());
    }

    [Fact]
    public async Task The_three_servers_share_one_clock()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var wanted = new DateTimeOffset(2030, 2, 3, 4, 5, 6, TimeSpan.Zero);

        await sandbox.Pix.ControlAsync(HttpMethod.Put, "clock", new { now = wanted });

        foreach (var client in new[] { sandbox.Host, sandbox.Stripe, sandbox.Pix })
            Assert.InRange((await client.ReadAsync("/control/clock")).Json.GetProperty("now").GetDateTimeOffset() - wanted, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
