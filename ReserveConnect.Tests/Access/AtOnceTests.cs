using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Access;

/// <summary>What is taken away is gone at the next request, however long the token still lives.</summary>
public sealed class AtOnceTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    [Fact]
    public async Task Of_an_account_that_is_disabled_no_token_is_good_any_more()
    {
        var guest = await world.SeedAsync("guest");
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(guest)).Status);

        await DoneAsync(Who.Admin, $"admin/users/{guest.AccountId}/disable", "{}");

        Assert.Equal("invalid_token", (await MeAsync(guest)).Code);
        Assert.Equal("invalid_token", (await world.AskAsync(world.TokenOf(guest), "POST", "booking-intents", "{}")).Code);
    }

    [Fact]
    public async Task Whoever_is_enabled_again_has_to_log_in_again()
    {
        var guest = await world.SeedAsync("guest");
        await DoneAsync(Who.Admin, $"admin/users/{guest.AccountId}/disable", "{}");
        await DoneAsync(Who.Admin, $"admin/users/{guest.AccountId}/enable", null);

        Assert.Equal("invalid_token", (await MeAsync(guest)).Code);
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(await world.AgainAsync(guest))).Status);
    }

    [Fact]
    public async Task Of_a_session_that_was_ended_the_token_is_good_no_more_and_that_of_the_other_is()
    {
        var here = await world.SeedAsync("guest");
        var there = await world.AgainAsync(here);
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(there)).Status);

        var change = $$"""{"current_password":"{{People.Password}}","new_password":"{{People.OtherPassword}}"}""";
        Assert.Null((await world.AskAsync(world.TokenOf(here), "POST", "accounts/change-password", change)).Code);

        Assert.Equal("invalid_token", (await MeAsync(there)).Code);
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(here)).Status);
    }

    [Fact]
    public async Task Anothers_session_makes_no_token_for_an_account()
    {
        var (guest, other) = (await world.SeedAsync("guest"), await world.SeedAsync("guest"));

        Assert.Equal("invalid_token", (await MeAsync(guest with { SessionId = other.SessionId })).Code);
    }

    [Fact]
    public async Task An_agent_who_becomes_a_guest_sees_a_guests_things_from_the_next_request_on()
    {
        var agent = await world.SeedAsync("agent");
        var booking = $"reservations/{world.All.OfA.Code}";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(agent, booking)).Status);

        await DoneAsync(Who.Admin, $"admin/users/{agent.AccountId}/role", """{"role":"guest"}""");

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(agent, booking)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(agent, $"admin/audit/bookings/{world.All.OfA.Code}")).Status);
    }

    [Fact]
    public async Task A_guest_who_becomes_an_agent_needs_a_second_factor_from_the_next_request_on()
    {
        var guest = await world.SeedAsync("guest");
        await DoneAsync(Who.Admin, $"admin/users/{guest.AccountId}/role", """{"role":"agent"}""");

        Assert.Equal("second_factor_setup_required", (await AskAsync(guest, $"reservations/{world.All.OfA.Code}")).Code);
    }

    [Fact]
    public async Task A_property_that_is_an_owners_no_longer_takes_its_bookings_along()
    {
        var owner = await world.SeedAsync("owner");
        await ChangeAsync(
            """
            INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at)
            VALUES (gen_random_uuid(), @PropertyId, @AccountId, 'manager', now())
            """,
            owner);
        Assert.Single((await AskAsync(owner, "owner/bookings")).Body["items"]!.AsArray());

        await ChangeAsync("UPDATE reserve.property_owners SET revoked_at = now() WHERE property_id = @PropertyId AND account_id = @AccountId", owner);

        Assert.Empty((await AskAsync(owner, "owner/bookings")).Body["items"]!.AsArray());
        Assert.Empty((await AskAsync(owner, "owner/properties")).Body["items"]!.AsArray());
    }

    private Task<Reply> MeAsync(Somebody somebody) => AskAsync(somebody, "accounts/me");

    private Task<Reply> AskAsync(Somebody somebody, string address) => world.AskAsync(world.TokenOf(somebody), "GET", address);

    private async Task DoneAsync(Who who, string address, string? body)
    {
        var reply = await world.AskAsync(who, "POST", address, body);
        Assert.True(reply.Code is null, $"{address}: {reply}");
    }

    private async Task ChangeAsync(string sql, Somebody owner)
    {
        await using var connection = await world.OpenAsync();
        await connection.ExecuteAsync(sql, new { world.All.OfA.PropertyId, owner.AccountId });
    }
}
