using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>What an agent does at the queue of exceptions.</summary>
internal static class ExceptionDesk
{
    /// <summary>The newest exception of a type that an intent has.</summary>
    public static async Task<Guid> ExceptionAsync(this Marketplace market, Guid intentId, string type)
    {
        var id = Guid.Empty;
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await using var connection = await market.OpenAsync();
                id = await connection.QuerySingleOrDefaultAsync<Guid>(
                    "SELECT id FROM reserve.exceptions WHERE booking_intent_id = @intentId AND exception_type = @type ORDER BY created_at DESC LIMIT 1", new { intentId, type });
                return id != Guid.Empty;
            },
            () => $"no exception {type}\n{market.Complaints}");
        return id;
    }

    /// <summary>Writes one down.</summary>
    public static async Task<Guid> RaiseAsync(
        this Marketplace market, string type, string severity = "medium", TimeSpan? due = null, string context = "{}", Guid? propertyId = null, Guid? intentId = null,
        string? key = null)
    {
        var (id, now) = (Guid.CreateVersion7(market.Clock.GetUtcNow()), market.Clock.GetUtcNow());
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.exceptions (id, exception_key, exception_type, severity, title, context, property_id, booking_intent_id, due_at, created_at, updated_at)
            VALUES (@id, @key, @type, @severity, 'A test', @context::jsonb, @propertyId, @intentId, @dueAt, @now, @now)
            """,
            new { id, key = key ?? $"{type}:{id}", type, severity, context, propertyId, intentId, dueAt = now + (due ?? TimeSpan.FromHours(1)), now });
        return id;
    }

    public static Task<Answer> ResolveAsync(this Marketplace market, Guid exceptionId, string token, object order) =>
        market.PostAsync($"admin/exceptions/{exceptionId}/resolve", order, token);

    public static Task<Answer> AssignAsync(this Marketplace market, Guid exceptionId, string token, object wanted) =>
        market.PostAsync($"admin/exceptions/{exceptionId}/assign", wanted, token);

    /// <summary>Orders something that is done, or on its way.</summary>
    public static async Task<Answer> OrderAsync(this Marketplace market, Guid exceptionId, string token, object order)
    {
        var answer = await market.ResolveAsync(exceptionId, token, order);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, $"{answer.Status}: {answer.Body}\n{market.Complaints}");
        return answer;
    }

    /// <summary>Waits until it is closed, and says how and by whom.</summary>
    public static async Task<(string Status, string? Action, Guid? By)> UntilClosedAsync(this Marketplace market, Guid exceptionId)
    {
        (string Status, string? Action, Guid? By) row = default;
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await using var connection = await market.OpenAsync();
                row = await connection.QuerySingleAsync<(string, string?, Guid?)>("SELECT status, resolution_action, resolved_by FROM reserve.exceptions WHERE id = @exceptionId", new { exceptionId });
                return row.Status is "resolved" or "dismissed";
            },
            () => $"the exception is {row.Status}\n{market.Complaints}");
        return row;
    }

    /// <summary>Makes a booking at the Host's own desk, over the stay of an intent.</summary>
    /// <param name="fewer">How many nights fewer than the intent has.</param>
    /// <returns>The Host's id.</returns>
    public static async Task<Guid> BookByHandAsync(this Marketplace market, Guid intentId, int fewer = 0)
    {
        await using var connection = await market.OpenAsync();
        var (room, checkIn, checkOut, adults, children) = await connection.QuerySingleAsync<(Guid, DateOnly, DateOnly, int, int)>(
            """
            SELECT u.host_unit_id, i.check_in, i.check_out, i.guests_adults, i.guests_children
            FROM reserve.booking_intents i
            JOIN reserve.unit_map u ON u.id = i.unit_id
            WHERE i.id = @intentId
            """,
            new { intentId });
        using var made = await market.Host.PostAsJsonAsync(
            "/control/bookings", new { room_type_id = room, check_in = checkIn, check_out = checkOut.AddDays(-fewer), adults, children });
        var booking = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        Assert.True(made.IsSuccessStatusCode, $"{booking}");
        return booking["id"]!.GetValue<Guid>();
    }

    public static void Refused(this Answer answer, HttpStatusCode status, string code) =>
        Assert.True((answer.Status, answer.Body["code"]?.GetValue<string>()) == (status, code), $"not {(int)status} {code}: {answer.Status} {answer.Body}");
}
