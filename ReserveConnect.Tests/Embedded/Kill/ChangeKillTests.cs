using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Tests.Booking;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>Changes of bookings that stand: a night more, paid, and back, with money going back; and one that the Host refuses.</summary>
[TakesLong]
public sealed class ChangeKillTests(ITestOutputHelper output) : KillTest
{
    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_change_there_and_back_whose_host_is_killed_at_every_commit_ends_as_if_it_had_not_been(string method)
    {
        await LoadCityAsync();
        var stay = await RoomToMoveAsync();
        var token = await BookUndisturbedAsync(stay, method);

        var total = await ReadAsync<decimal>("SELECT total_amount FROM reserve.reservations");
        // Two changes take twice as long.
        using var done = new CancellationTokenSource(2 * Patience);
        var deaths = KeepDyingAsync(done.Token);
        var longer = await MoveAsync(stay.CheckOut.AddDays(1), token, done.Token);
        await PayAsync(longer, method, token, done.Token);
        await UntilAsync(longer, "confirmed", done.Token);
        var back = await MoveAsync(stay.CheckOut, token, done.Token);
        await UntilAsync(back, "confirmed", done.Token);
        while (await ReadAsync<decimal>("SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE status = 'succeeded'") == 0)
        {
            Assert.False(done.IsCancellationRequested, "nothing went back");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }

        await done.CancelAsync();
        output.WriteLine($"{method}, there and back: killed {await deaths} times");
        await FinishAsync();

        Assert.True(await deaths > 8, "the host was hardly ever killed");
        Assert.Equal(3, await ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents"));
        Assert.Equal(2, await ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts"));
        Assert.Equal(1, await ReadAsync<long>("SELECT sum(bookings_count) FROM reserve.availability_calendar"));
        Assert.Equal(0, await ReadAsync<long>("SELECT sum(temp_holds) FROM reserve.availability_calendar"));
        Assert.Equal(total, await ReadAsync<decimal>("SELECT total_amount FROM reserve.reservations"));
        Assert.Equal(
            total,
            await ReadAsync<decimal>(
                """
                SELECT (SELECT sum(amount_received) FROM reserve.payment_attempts) - (SELECT sum(amount) FROM reserve.refunds WHERE status = 'succeeded')
                """));
        await ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_change_that_the_host_refuses_while_ours_is_killed_at_every_commit_leaves_the_booking_as_it_was(string method)
    {
        await LoadCityAsync();
        var stay = await RoomToMoveAsync();
        var token = await BookUndisturbedAsync(stay, method);
        var paid = await ReadAsync<decimal>("SELECT sum(amount_received) FROM reserve.payment_attempts");
        await RefuseChangesAsync();

        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        var change = await MoveAsync(stay.CheckOut.AddDays(1), token, done.Token);
        await PayAsync(change, method, token, done.Token);
        await UntilAsync(change, "cancelled", done.Token);
        await done.CancelAsync();
        output.WriteLine($"{method}, refused: killed {await deaths} times");
        await FinishAsync();

        Assert.True(await deaths > 8, "the host was hardly ever killed");
        Assert.Equal(2, await ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents"));
        Assert.Equal(2, await ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts"));
        Assert.Equal(1, await ReadAsync<long>("SELECT sum(bookings_count) FROM reserve.availability_calendar"));
        Assert.Equal(0, await ReadAsync<long>("SELECT sum(temp_holds) FROM reserve.availability_calendar"));
        Assert.True(await ReadAsync<bool>("SELECT check_out = @CheckOut AND total_amount = @paid FROM reserve.reservations", new { stay.CheckOut, paid }));
        // All that was paid for the change is back, once, and nothing else is.
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        Assert.Equal(
            paid,
            await ReadAsync<decimal>(
                """
                SELECT (SELECT sum(amount_received) FROM reserve.payment_attempts) - (SELECT sum(amount) FROM reserve.refunds WHERE status = 'succeeded')
                """));
        await ExpectSoundAsync();
    }

    private async Task RefuseChangesAsync()
    {
        using var refuse = await Client.PostAsJsonAsync(
            new Uri(HostConnect, "/control/faults"),
            new
            {
                kind = "status", status = 409, method = "PATCH", path = "/v1/bookings/*", count = (int?)null,
                body = new { type = "about:blank", title = "No", status = 409, code = "no_availability", detail = "No." },
            });
        Assert.Equal(HttpStatusCode.Created, refuse.StatusCode);
    }

    // A client that did not hear the answer asks again, and is told of the same change.
    private async Task<Guid> MoveAsync(DateOnly checkOut, string token, CancellationToken stop)
    {
        var code = await ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations");
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Api, $"reservations/{code}/modify"))
                {
                    Headers = { Authorization = new("Bearer", token) },
                    Content = JsonContent.Create(new { check_out = checkOut }),
                };
                using var response = await Client.SendAsync(request, stop);
                var text = await response.Content.ReadAsStringAsync(stop);
                if (response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Conflict)
                {
                    return JsonNode.Parse(text)!["booking_intent_id"]!.GetValue<Guid>();
                }

                // With nothing to pay it may be made before it is asked for again.
                if (response.StatusCode == HttpStatusCode.UnprocessableEntity && text.Contains("nothing_changes", StringComparison.Ordinal))
                {
                    return await ReadAsync<Guid>("SELECT id FROM reserve.booking_intents ORDER BY id DESC LIMIT 1");
                }

                Assert.True((int)response.StatusCode >= 500, $"{response.StatusCode}: {text}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException && !stop.IsCancellationRequested)
            {
                // The host is dead or dying.
            }

            await Task.Delay(BetweenTries, stop);
        }
    }

    private async Task<Stay> RoomToMoveAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + 1 AS check_out
            FROM reserve.availability_calendar c
            WHERE c.date > current_date + 30
              AND 3 = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date BETWEEN c.date AND c.date + 2
                    AND n.is_available
                    AND n.effective_allotment > 0
                    AND n.min_stay = 1
                    AND NOT n.closed_to_arrival
                    AND NOT n.closed_to_departure)
            ORDER BY c.unit_id, c.date
            """);
    }
}
