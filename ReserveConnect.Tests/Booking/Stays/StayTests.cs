using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>Guests who come and go.</summary>
public sealed class StayTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_guest_is_checked_in_on_the_day_of_arrival_by_the_citys_clock_and_not_before()
    {
        var coming = await market.BookSoonAsync(2);
        market.GoTo(coming.Stay.CheckIn.AddDays(-1), 23, 59);
        var agent = await market.SeedAsync("agent");

        var early = await market.AskAsync(coming, "check-in", market.TokenOf(agent));
        Assert.Equal((HttpStatusCode.Conflict, "check_in_too_early"), (early.Status, early.Body["code"]!.GetValue<string>()));
        Assert.Equal($"{coming.Stay.CheckIn:yyyy-MM-dd}", early.Body["check_in"]!.GetValue<string>());

        market.GoTo(coming.Stay.CheckIn, 0, 0);
        var first = await market.AskAsync(coming, "check-in", market.TokenOf(agent));
        Assert.True(first.Status == HttpStatusCode.OK, $"{first.Status} {first.Body}\n{market.Complaints}");
        Assert.Equal("checked_in", first.Body["status"]!.GetValue<string>());
        Assert.Equal(first.Body.ToJsonString(), (await market.AskAsync(coming, "check-in", market.TokenOf(agent))).Body.ToJsonString());

        var left = await market.AskAsync(coming, "check-out", market.TokenOf(agent));
        Assert.Equal("checked_out", left.Body["status"]!.GetValue<string>());
        Assert.Equal(left.Body.ToJsonString(), (await market.AskAsync(coming, "check-out", market.TokenOf(agent))).Body.ToJsonString());
        await RefusedAsync(coming, "check-in", agent, "booking_checked_out");

        Assert.Equal(["booking.confirmed", "booking.checked_in", "booking.checked_out"], await market.EventsAsync(coming));
        Assert.Equal($"agent:{agent.AccountId}", await market.ReadAsync<string>(
            "SELECT actor FROM reserve.audit_logs WHERE entity_id = @Id AND to_status = 'checked_in'", new { coming.Id }));
        Assert.Equal(6, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.support_activity WHERE agent_id = @AccountId AND target_type = 'reservation' AND target_id = @Code AND activity_type IN ('check_in_booking', 'check_out_booking')",
            new { agent.AccountId, coming.Code }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_owner_of_the_property_checks_in_and_another_owner_knows_of_no_such_booking()
    {
        var coming = await market.BookSoonAsync();
        market.GoTo(coming.Stay.CheckIn, 15);
        var (owner, other) = (await market.SeedAsync("owner"), await market.SeedAsync("owner"));
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at) VALUES (gen_random_uuid(), @PropertyId, @AccountId, 'owner', now())",
            new { coming.PropertyId, owner.AccountId });

        Assert.Equal(HttpStatusCode.NotFound, (await market.AskAsync(coming, "check-in", market.TokenOf(other))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await market.AskAsync(coming, "check-in", market.TokenOf(coming.Held.IntentId))).Status);
        Assert.Equal("confirmed", await market.StatusOfAsync(coming));

        await market.CheckInAsync(coming, market.TokenOf(owner));
        Assert.Equal($"owner:{owner.AccountId}", await market.ReadAsync<string>(
            "SELECT actor FROM reserve.audit_logs WHERE entity_id = @Id AND to_status = 'checked_in'", new { coming.Id }));
    }

    [Fact]
    public async Task A_guest_who_comes_late_is_checked_in_as_long_as_the_stay_lasts_and_nobody_leaves_before()
    {
        var (late, later) = (await market.BookSoonAsync(3), await market.BookSoonAsync(3));
        var last = late.Stay.CheckOut > later.Stay.CheckOut ? late : later;
        market.GoTo(last.Stay.CheckOut, 10);
        var agent = await market.SeedAsync("agent");

        await RefusedAsync(last, "check-out", agent, "not_checked_in");
        await market.CheckInAsync(last, market.TokenOf(agent));

        var over = last == late ? later : late;
        market.GoTo(last.Stay.CheckOut.AddDays(1), 1);
        await RefusedAsync(over, "check-in", await market.SeedAsync("agent"), "stay_is_over");
    }

    [Theory]
    [InlineData("cancelled", "booking_cancelled")]
    [InlineData("cancel_pending", "cancellation_pending")]
    [InlineData("no_show", "booking_no_show")]
    [InlineData("completed", "booking_completed")]
    public async Task What_has_ended_takes_nobody_in_and_says_why(string status, string code)
    {
        var coming = await market.BookSoonAsync();
        market.GoTo(coming.Stay.CheckIn, 15);
        var agent = await market.SeedAsync("agent");
        await using var connection = await market.OpenAsync();
        await SetStatusAsync(connection, coming, status);

        await RefusedAsync(coming, "check-in", agent, code);
        await RefusedAsync(coming, "check-out", agent, code);

        await SetStatusAsync(connection, coming, "confirmed");
    }

    [Fact]
    public async Task Whoever_nobody_checked_out_has_left_at_noon_of_the_day_after_and_is_completed_when_the_time_for_a_review_is_over()
    {
        var coming = await market.BookSoonAsync(2);
        market.GoTo(coming.Stay.CheckIn, 15);
        await market.CheckInAsync(coming, market.TokenOf(await market.SeedAsync("agent")));

        market.GoTo(coming.Stay.CheckOut.AddDays(1), 11, 59);
        await market.ProcessStaysAsync();
        Assert.Equal("checked_in", await market.StatusOfAsync(coming));

        market.GoTo(coming.Stay.CheckOut.AddDays(1), 12);
        await market.ProcessStaysAsync();
        Assert.Equal("checked_out", await market.StatusOfAsync(coming));

        market.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(1));
        await market.ProcessStaysAsync();
        Assert.Equal("checked_out", await market.StatusOfAsync(coming));

        market.Clock.Advance(TimeSpan.FromMinutes(1));
        await market.ProcessStaysAsync();
        Assert.Equal("completed", await market.StatusOfAsync(coming));
        Assert.Equal(["booking.confirmed", "booking.checked_in", "booking.checked_out", "booking.completed"], await market.EventsAsync(coming));
        Assert.Equal((0, 2), await market.RoomsAsync(coming.Stay));
        await market.ExpectSoundAsync();
    }

    private static Task SetStatusAsync(Npgsql.NpgsqlConnection connection, Coming coming, string status) => connection.ExecuteAsync(
        """
        SET session_replication_role = replica;
        UPDATE reserve.reservations SET status = @status WHERE id = @Id;
        SET session_replication_role = origin;
        """,
        new { coming.Id, status });

    private async Task RefusedAsync(Coming coming, string move, Somebody who, string code)
    {
        var answer = await market.AskAsync(coming, move, market.TokenOf(who));
        Assert.Equal((HttpStatusCode.Conflict, code), (answer.Status, answer.Body["code"]?.GetValue<string>()));
    }
}
