using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A booking that stands, and what its guest does to give it up.</summary>
internal sealed record Stands(Held Held, string Code, Guid ReservationId);

internal static class Cancelling
{
    /// <summary>Books and pays a stay under a policy; by card or PIX.</summary>
    /// <param name="policy">Of the property; as the stay's copy has it.</param>
    public static async Task<Stands> BookStayAsync(this Marketplace market, string policy = "flexible", string method = "card")
    {
        var stay = await market.FreeStayAsync();
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                """
                UPDATE reserve.properties_map p
                SET cancellation_policy = @policy
                FROM reserve.unit_map u
                WHERE u.id = @UnitId
                  AND p.id = u.property_id
                """,
                new { stay.UnitId, policy });
        }

        var held = await market.HoldAsync(stay);
        var payment = await market.BeginPaymentAsync(held, method);
        Assert.Equal(HttpStatusCode.OK, method == "pix" ? await market.PayPixAsync(payment) : await market.ConfirmCardAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");
        await using var reading = await market.OpenAsync();
        var (code, id) = await reading.QuerySingleAsync<(string, Guid)>(
            "SELECT confirmation_code, id FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { held.IntentId });
        return new(held, code, id);
    }

    /// <summary>As if the stay had been booked long ago: the right of withdrawal is over.</summary>
    public static async Task AgeAsync(this Marketplace market, Stands booking)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            "UPDATE reserve.reservations SET booked_at = booked_at - interval '30 days' WHERE id = @ReservationId", new { booking.ReservationId });
    }

    public static Task<Answer> QuoteAsync(this Marketplace market, Stands booking) =>
        market.SendAsync(new(HttpMethod.Get, $"/api/reservations/{booking.Code}/cancellation-quote"));

    public static Task<Answer> CancelAsync(this Marketplace market, Stands booking, object? body = null) =>
        market.SendAsync(new(HttpMethod.Post, $"/api/reservations/{booking.Code}/cancel") { Content = body is null ? null : JsonContent.Create(body) });

    public static async Task<JsonNode> ReservationAsync(this Marketplace market, Stands booking)
    {
        var answer = await market.SendAsync(new(HttpMethod.Get, $"/api/reservations/{booking.Code}"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    /// <summary>The policy that was booked gives half of it back from now on.</summary>
    public static async Task HalveAsync(this Marketplace market, Stands booking)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.reservations SET refund_ceiling_percent = 50 WHERE id = @ReservationId", new { booking.ReservationId });
    }

    /// <summary>Staff give something back of a booking that stands.</summary>
    /// <param name="chargedTo"><c>platform</c> or <c>property</c>.</param>
    public static async Task GiveAsync(this Marketplace market, Stands booking, decimal amount, string chargedTo)
    {
        var answer = await market.PostAsync(
            $"admin/reservations/{booking.ReservationId}/refund", new { amount, reason = "the heating was out", charged_to = chargedTo },
            market.TokenOf(await market.SeedAsync("supervisor")));
        Assert.True(answer.Status == HttpStatusCode.Accepted && answer.Body["exception_id"] is null, $"{answer.Status} {answer.Body}");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<decimal>("SELECT refund_amount FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }) == amount,
            () => $"it is not back\n{market.Complaints}");
    }

    /// <summary>Gives money of the intent's card payment back in Stripe's dashboard.</summary>
    /// <param name="refundId">As if it were ours.</param>
    public static async Task RefundByHandAsync(this Marketplace market, Guid intentId, decimal amount, Guid? refundId = null)
    {
        var payment = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @intentId", new { intentId });
        Dictionary<string, string> fields = new() { ["payment_intent"] = payment, ["amount"] = $"{(long)(amount * 100)}" };
        if (refundId is { } ours)
        {
            fields["metadata[refund_id]"] = $"{ours}";
        }

        using var form = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/refunds") { Content = form };
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public static Task<string> ReservationStatusAsync(this Marketplace market, Stands booking) =>
        market.ReadAsync<string>("SELECT status FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });

    /// <summary>Waits for a state of the reservation, skipping back-offs on the shifted clock.</summary>
    /// <param name="step">How far the clock goes on between looks; null: it does not.</param>
    public static async Task UntilAsync(this Marketplace market, Stands booking, string status, TimeSpan? step = null)
    {
        var now = "";
        await Marketplace.EventuallyAsync(
            async () =>
            {
                now = await market.ReservationStatusAsync(booking);
                if (now != status && step is { } by)
                {
                    market.Clock.Advance(by);
                    await Task.Delay(20);
                }

                return now == status;
            },
            () => $"the reservation is {now}, not {status}\n{market.Complaints}");
    }

    /// <summary>The balance of an account for a reservation's booking, credit positive.</summary>
    public static Task<decimal> BalanceAsync(this Marketplace market, Stands booking, string account) =>
        market.ReadAsync<decimal>(
            """
            SELECT coalesce(sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END), 0)
            FROM reserve.financial_ledger
            WHERE account = @account
              AND booking_intent_id = @IntentId
            """,
            new { account, booking.Held.IntentId });
}
