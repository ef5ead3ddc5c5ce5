using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Webhooks;
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

/// <summary>
/// What goes wrong at the systems outside, each order for one intent or charge alone. They run in this process: what the calls to them
/// meet is ordered directly, and only what changes their books goes through their control API.
/// </summary>
internal sealed class Trouble(TrialWorld world)
{
    /// <summary>The next calls of a payment provider go wrong: those that the fault mentions.</summary>
    public void AtProvider(bool pix, Fault fault) => StandIn(pix).Faults.Add(fault);

    /// <summary>The next calls of the Host go wrong.</summary>
    public void AtHost(Fault fault) => world.HostConnectStandIn.Faults.Add(fault);

    /// <summary>No more of what was ordered for calls of a payment provider that say this.</summary>
    public void Calm(bool pix, string mentions) => StandIn(pix).Faults.Clear(mentions);

    /// <summary>The Host is itself again for calls that say this.</summary>
    public void CalmHost(string mentions) => world.HostConnectStandIn.Faults.Clear(mentions);

    /// <summary>How many calls that say this went wrong, whoever was called.</summary>
    public int Hits(string mentions) => world.StandIns.Sum(standIn => standIn.Faults.Hits(mentions));

    /// <summary>The next call that the fault is for is done, and its answer kept back until it is let go.</summary>
    /// <param name="pix">Whose call.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path with <c>*</c>.</param>
    /// <param name="mentions">What it says; of one at a time.</param>
    public HeldAnswer Hold(bool pix, string method, string path, string mentions)
    {
        StandIn(pix).Faults.Add(new Fault(FaultKind.HoldAnswer, method, path, Mentions: mentions));
        return StandIn(pix).Held.Of(mentions);
    }

    /// <summary>Follows the webhooks that say something.</summary>
    public DeliveryWatch Watch(bool pix, string mentions) => StandIn(pix).Webhooks.Watch(mentions);

    /// <summary>What becomes of the next webhooks that the rule is for.</summary>
    public void Webhooks(bool pix, WebhookRule rule) => StandIn(pix).Webhooks.Rules.Add(rule);

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
    public Task<IReadOnlyList<BookedCharge>> ChargesAsync(bool pix, Guid intentId, DateTimeOffset since) =>
        BooksAsync(pix, $"since={Instant(since)}&mentions={intentId}");

    /// <summary>All charges that a provider has made since an instant.</summary>
    public Task<IReadOnlyList<BookedCharge>> ChargesAsync(bool pix, DateTimeOffset since) => BooksAsync(pix, $"since={Instant(since)}");

    private HttpClient Provider(bool pix) => pix ? world.MercadoPago : world.Stripe;

    private StandIn StandIn(bool pix) => pix ? world.MercadoPagoStandIn : world.StripeStandIn;

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
