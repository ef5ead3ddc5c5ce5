using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>What cardholders and their banks do.</summary>
internal static class Disputing
{
    /// <summary>The cardholder disputes the intent's card payment; waits until we know.</summary>
    /// <returns>The dispute as Stripe has it.</returns>
    public static async Task<JsonNode> DisputeAsync(this Marketplace market, Guid intentId, object order, string? until = "needs_response")
    {
        var payment = await market.ReadAsync<string>(
            "SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @intentId AND amount_received IS NOT NULL", new { intentId });
        using var response = await market.Stripe.PostAsJsonAsync($"/control/payment_intents/{payment}/dispute", order);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var dispute = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        if (until is not null)
        {
            await market.UntilDisputeAsync(intentId, until);
        }

        return dispute;
    }

    /// <summary>The bank decides; waits until we know.</summary>
    public static async Task DecideAsync(this Marketplace market, Guid intentId, JsonNode dispute, string outcome, string? until = null)
    {
        await market.ControlAsync(market.Stripe, $"/control/disputes/{dispute["id"]}/close", new { outcome });
        await market.UntilDisputeAsync(intentId, until ?? outcome);
    }

    /// <summary>Waits for a state of the intent's only dispute.</summary>
    public static async Task UntilDisputeAsync(this Marketplace market, Guid intentId, string status)
    {
        string? now = null;
        await Marketplace.EventuallyAsync(
            async () => (now = await market.ReadAsync<string?>("SELECT max(status) FROM reserve.disputes WHERE booking_intent_id = @intentId", new { intentId })) == status,
            () => $"the dispute is {now}, not {status}\n{market.Complaints}");
    }
}
