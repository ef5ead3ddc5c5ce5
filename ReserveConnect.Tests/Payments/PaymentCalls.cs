using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Payments;

/// <summary>An exception as its row says.</summary>
internal sealed record Trouble(string Severity, string Status, DateTimeOffset DueAt, string? ResolutionAction);

/// <summary>What tests of payments ask.</summary>
internal static class PaymentCalls
{
    public static Task<Answer> RetryAsync(this Marketplace market, Held held, string? method = null, string? language = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/retry")
        {
            Content = method is null ? null : JsonContent.Create(new { method }),
        };
        return SendAsync(market, request, language);
    }

    /// <summary>The latest payment as its guest sees it.</summary>
    public static async Task<JsonNode> PaymentAsync(this Marketplace market, Held held, string? language = null) =>
        (await SendAsync(market, new(HttpMethod.Get, $"/api/booking-intents/{held.IntentId}/payment"), language)).Body;

    /// <summary>Waits until the payment looks like that.</summary>
    public static async Task<JsonNode> UntilPaymentAsync(this Marketplace market, Held held, Func<JsonNode, bool> condition)
    {
        var payment = await market.PaymentAsync(held);
        await Marketplace.EventuallyAsync(
            async () => condition(payment = await market.PaymentAsync(held)), () => $"the payment is {payment}\n{market.Complaints}");
        return payment;
    }

    public static async Task<Trouble?> TroubleAsync(this Marketplace market, Held held, string type)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleOrDefaultAsync<Trouble>(
            """
            SELECT severity, status, due_at, resolution_action
            FROM reserve.exceptions
            WHERE booking_intent_id = @IntentId
              AND exception_type = @type
            """,
            new { held.IntentId, type });
    }

    /// <summary>Waits until the exception of that type has closed itself.</summary>
    public static async Task<string?> UntilResolvedAsync(this Marketplace market, Held held, string type)
    {
        Trouble? trouble = null;
        await Marketplace.EventuallyAsync(
            async () => (trouble = await market.TroubleAsync(held, type)) is { Status: "resolved" }, () => $"{type} is {trouble}\n{market.Complaints}");
        return trouble!.ResolutionAction;
    }

    /// <summary>Debits less credits of an account in the entries of a stay.</summary>
    public static Task<decimal> BalanceAsync(this Marketplace market, Held held, string account) =>
        market.ReadAsync<decimal>(
            """
            SELECT coalesce(sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END), 0)
            FROM reserve.financial_ledger
            WHERE booking_intent_id = @IntentId
              AND account = @account
            """,
            new { held.IntentId, account });

    private static Task<Answer> SendAsync(Marketplace market, HttpRequestMessage request, string? language)
    {
        if (language is not null)
        {
            request.Headers.Add("Accept-Language", language);
        }

        return market.SendAsync(request);
    }
}
