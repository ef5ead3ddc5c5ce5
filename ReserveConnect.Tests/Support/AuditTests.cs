using System.Net;
using Dapper;
using Npgsql;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>Who did what, in which request: what is written down of it, and that it is written down first.</summary>
public sealed class AuditTests(Marketplace market) : IClassFixture<Marketplace>
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task What_a_guest_cancels_is_written_down_under_the_guest_and_the_request()
    {
        var guest = await market.SeedAsync("guest");
        var held = await market.HoldAsync(await market.FreeStayAsync(), guest.Email, market.TokenOf(guest));

        await CancelAsync(held, market.TokenOf(guest));

        Assert.Equal(
            [("created", "cancelled", $"guest:{guest.AccountId}", TraceId)],
            (await TrailAsync(held)).Where(move => move.To == "cancelled"));
    }

    [Fact]
    public async Task Whoever_has_only_the_token_of_the_booking_is_named_by_the_booking()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());

        await CancelAsync(held, market.TokenOf(held.IntentId));

        Assert.Equal(
            [("created", "cancelled", $"guest:booking:{held.IntentId}", TraceId)],
            (await TrailAsync(held)).Where(move => move.To == "cancelled"));
    }

    [Fact]
    public async Task What_the_saga_makes_of_a_guests_wish_is_the_systems_and_no_requests()
    {
        var guest = await market.SeedAsync("guest");
        var held = await market.HoldAsync(await market.FreeStayAsync(), guest.Email, market.TokenOf(guest));
        await market.BeginPaymentAsync(held, "card");

        await CancelAsync(held, market.TokenOf(guest));
        await market.UntilAsync(held.IntentId, "cancelled");

        Assert.Equal(
            [("payment_pending", "cancelled", "system", null)],
            (await TrailAsync(held)).Where(move => move.To == "cancelled"));
    }

    [Fact]
    public async Task What_a_saga_confirms_is_the_systems_whoever_paid()
    {
        var guest = await market.SeedAsync("guest");
        var held = await market.HoldAsync(await market.FreeStayAsync(), guest.Email, market.TokenOf(guest));
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal(("system", null), (await TrailAsync(held)).Where(move => move.To == "confirmed").Select(move => (move.Actor, move.RequestId)).Single());
    }

    [Fact]
    public async Task What_staff_ask_for_is_in_their_book_with_what_it_was_about_and_no_values()
    {
        var admin = await market.SeedAsync("admin");

        await ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/api/admin/users?email=ana%40example.com", market.TokenOf(admin));

        await using var connection = await market.OpenAsync();
        var row = await connection.QuerySingleAsync<(string Actor, string Type, string Details, string RequestId)>(
            "SELECT actor, activity_type, details::text, request_id FROM reserve.support_activity WHERE agent_id = @AccountId", admin);
        Assert.Equal(($"admin:{admin.AccountId}", "manage_users", TraceId), (row.Actor, row.Type, row.RequestId));
        Assert.Contains("email", row.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("ana", row.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_function_itself_refuses_to_staff_is_in_their_book_all_the_same()
    {
        var admin = await market.SeedAsync("admin");
        var nobody = Guid.CreateVersion7();

        await ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/api/admin/audit/users/{nobody.ToString("B").ToUpperInvariant()}", market.TokenOf(admin));

        // By one spelling of it, however it was asked for.
        Assert.Equal(1, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.support_activity WHERE agent_id = @AccountId AND target_type = 'account' AND target_id = @nobody::text", new { admin.AccountId, nobody }));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_done()
    {
        var (admin, guest) = (await market.SeedAsync("admin"), await market.SeedAsync("guest"));
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("REVOKE INSERT ON reserve.support_activity FROM reserve_service");
        try
        {
            await ExpectAsync(HttpStatusCode.InternalServerError, HttpMethod.Post, $"/api/admin/users/{guest.AccountId}/enable", market.TokenOf(admin));
            await ExpectAsync(HttpStatusCode.InternalServerError, HttpMethod.Post, $"/api/admin/users/{guest.AccountId}/reset-second-factor", market.TokenOf(admin));
        }
        finally
        {
            await connection.ExecuteAsync("GRANT INSERT ON reserve.support_activity TO reserve_service");
        }

        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId AND revoked_at IS NOT NULL", guest));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @AccountId", guest));
        await ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, $"/api/admin/users/{guest.AccountId}/reset-second-factor", market.TokenOf(admin));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId AND revoked_at IS NOT NULL", guest));
    }

    [Theory]
    [InlineData("support_activity")]
    [InlineData("audit_logs")]
    public async Task What_is_written_down_stays(string table)
    {
        var (admin, agent) = (await market.SeedAsync("admin"), await market.SeedAsync("agent"));
        await ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, $"/api/admin/users/{agent.AccountId}/reset-second-factor", market.TokenOf(admin));
        await using var connection = await market.OpenAsync();
        foreach (var change in new[] { $"UPDATE reserve.{table} SET actor = 'nobody'", $"DELETE FROM reserve.{table}", $"TRUNCATE reserve.{table}" })
        {
            // The service may not, and the owner of the tables cannot either.
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusedAsync(connection, "reserve_service", change));
            Assert.Equal("RC002", await RefusedAsync(connection, null, change));
        }
    }

    private static async Task<string> RefusedAsync(NpgsqlConnection connection, string? role, string change)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(role is null ? "SELECT 1" : $"SET LOCAL ROLE {role}");
        return (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(change))).SqlState;
    }

    private Task CancelAsync(Held held, string token) => ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}", token);

    private async Task ExpectAsync(HttpStatusCode status, HttpMethod method, string address, string token)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        var answer = await market.SendAsIsAsync(request);
        Assert.True(answer.Status == status, $"{method} {address}: {answer.Status} {answer.Body}\n{market.Complaints}");
    }

    private async Task<IReadOnlyList<(string From, string To, string Actor, string? RequestId)>> TrailAsync(Held held)
    {
        await using var connection = await market.OpenAsync();
        return
        [
            .. await connection.QueryAsync<(string, string, string, string?)>(
                """
                SELECT from_status, to_status, actor, request_id
                FROM reserve.audit_logs
                WHERE entity_type = 'booking_intent'
                  AND entity_id = @IntentId
                  AND action = 'status'
                ORDER BY id
                """,
                held),
        ];
    }
}
