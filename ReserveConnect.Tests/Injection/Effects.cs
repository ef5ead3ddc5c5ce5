namespace ReserveConnect.Tests.Injection;

/// <summary>The rows that one successful call of an operation adds. What is not here only reads.</summary>
internal static class Effects
{
    private static readonly Dictionary<string, long> Hold = new() { ["audit_logs"] = 1, ["booking_holds"] = 1, ["booking_intents"] = 1, ["events"] = 1 };
    private static readonly Dictionary<string, long> Webhook = new() { ["events"] = 1, ["webhook_events"] = 1 };

    private static readonly Dictionary<string, Dictionary<string, long>> ByOperation = new()
    {
        ["create_booking_intent"] = Hold,
        ["create_booking_intent, header Idempotency-Key"] = new(Hold) { ["idempotency_keys"] = 1 },
        ["handle_stripe_webhook"] = Webhook,
        ["handle_pix_webhook"] = Webhook,
        // What is not about a payment is not kept.
        ["handle_pix_webhook, body type"] = [],
    };

    /// <summary>What so many successful calls add together, with something in one of their places.</summary>
    public static IReadOnlyDictionary<string, long> Of(string operation, InjectionPoint? point, int calls)
    {
        var effects = ByOperation.GetValueOrDefault($"{operation}, {point}") ?? ByOperation.GetValueOrDefault(operation) ?? [];
        return effects.Where(_ => calls > 0).ToDictionary(effect => effect.Key, effect => effect.Value * calls);
    }
}
