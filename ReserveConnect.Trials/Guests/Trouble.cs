using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Guests;

/// <summary>A charge as the provider's own books have it.</summary>
internal sealed record BookedCharge(string Id, Guid? IntentId, string Status, decimal Received, string? ClientSecret, IReadOnlyList<BookedRefund> Refunds)
{
    /// <summary>What the provider has of the guest's money.</summary>
    public decimal Net => Received - Refunds.Where(refund => refund.IsMade).Sum(refund => refund.Amount);
}

/// <summary>A refund as the provider's own books have it.</summary>
internal sealed record BookedRefund(string Id, string Status, decimal Amount, bool IsMade);

/// <summary>What goes wrong at the systems outside, ordered by their control API, each order for one intent or charge alone.</summary>
internal sealed class Trouble(TrialWorld world)
{
    private HttpClient Provider(bool pix) => pix ? world.MercadoPago : world.Stripe;

    /// <summary>The next calls of a payment provider go wrong: those that the fault mentions.</summary>
    public Task AtProviderAsync(bool pix, object fault) => PostAsync(Provider(pix), "control/faults", fault);

    /// <summary>The next calls of the Host go wrong.</summary>
    public Task AtHostAsync(object fault) => PostAsync(world.HostConnect, "control/faults", fault);

    /// <summary>No more of what was ordered for calls that say this.</summary>
    public async Task CalmAsync(string mentions)
    {
        foreach (var system in (HttpClient[])[world.Stripe, world.MercadoPago, world.HostConnect])
        {
            using var answer = await system.DeleteAsync($"control/faults?mentions={mentions}");
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What becomes of the next webhooks that say <paramref name="mentions"/>.</summary>
    public Task WebhooksAsync(bool pix, string action, string mentions, string? type = null, int? count = 1, TimeSpan? delay = null) =>
        PostAsync(Provider(pix), "control/webhooks/rules", new { action, type, count, delay_ms = (int)(delay ?? TimeSpan.FromSeconds(2)).TotalMilliseconds, mentions });

    /// <summary>Decides what becomes of the next refunds of a charge.</summary>
    public Task RefundsAsync(Charge charge, string stripe, string pix, int count) => charge.IsPix
        ? PostAsync(world.MercadoPago, "control/refunds/behaviour", new { outcome = pix, count, payment = long.Parse(charge.Id, System.Globalization.CultureInfo.InvariantCulture) })
        : PostAsync(world.Stripe, "control/refunds/behaviour", new { outcome = stripe, count, payment = charge.Id });

    /// <summary>Ends a pending refund.</summary>
    public async Task SettleRefundAsync(bool pix, string refundId, bool made)
    {
        var outcome = (pix, made) switch
        {
            (true, true) => "approved",
            (true, false) => "rejected",
            (false, true) => "succeeded",
            (false, false) => "failed",
        };
        using var answer = await Provider(pix).PostAsJsonAsync($"control/refunds/{refundId}/settle", new { outcome });
    }

    /// <summary>Makes a card charge one of another amount, behind everybody's back.</summary>
    public async Task FalsifyAsync(Charge charge, decimal amount)
    {
        using var answer = await world.Stripe.PatchAsJsonAsync($"control/payment_intents/{charge.Id}", new { amount = (long)(amount * 100) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The charges of an intent in the provider's books.</summary>
    /// <param name="withRefund">Wait for one that has a refund.</param>
    /// <param name="wait">How long to wait for it.</param>
    public Task<IReadOnlyList<BookedCharge>> ChargesAsync(bool pix, Guid intentId, DateTimeOffset since, bool withRefund, TimeSpan wait) =>
        BooksAsync(pix, $"since={Instant(since)}&mentions={intentId}&wait_ms={(int)wait.TotalMilliseconds}{(withRefund ? "&refunds=1" : "")}");

    /// <summary>All charges that a provider has made since an instant.</summary>
    public Task<IReadOnlyList<BookedCharge>> ChargesAsync(bool pix, DateTimeOffset since) => BooksAsync(pix, $"since={Instant(since)}");

    private async Task<IReadOnlyList<BookedCharge>> BooksAsync(bool pix, string query)
    {
        var charges = (await Provider(pix).GetFromJsonAsync<JsonArray>($"control/books?{query}"))!;
        return
        [
            .. charges.Select(charge => new BookedCharge(
                charge!["id"]!.GetValue<string>(),
                Guid.TryParse(charge["metadata"]?["booking_intent_id"]?.GetValue<string>(), out var intent) ? intent : null,
                charge["status"]!.GetValue<string>(),
                charge["received"]!.GetValue<decimal>(),
                charge["client_secret"]?.GetValue<string>(),
                [.. charge["refunds"]!.AsArray().Select(refund => new BookedRefund(
                    refund!["id"]!.GetValue<string>(), refund["status"]!.GetValue<string>(), refund["amount"]!.GetValue<decimal>(), refund["is_made"]!.GetValue<bool>()))])),
        ];
    }

    private static string Instant(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O", System.Globalization.CultureInfo.InvariantCulture));

    private static async Task PostAsync(HttpClient system, string path, object order)
    {
        using var answer = await system.PostAsJsonAsync(path, order);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path} refused: {await answer.Content.ReadAsStringAsync()}");
    }
}
