namespace ReserveConnect.Tests.Injection;

/// <summary>The rows that one successful call of an operation adds. What is not here only reads.</summary>
internal static class Effects
{
    private static readonly Dictionary<string, long> Hold = new() { ["audit_logs"] = 1, ["booking_holds"] = 1, ["booking_intents"] = 1, ["events"] = 1 };
    private static readonly Dictionary<string, long> Webhook = new() { ["events"] = 1, ["webhook_events"] = 1 };

    private static readonly Dictionary<string, long> Change = new() { ["audit_logs"] = 1 };
    private static readonly Dictionary<string, long> Mail = new() { ["events"] = 1, ["one_time_tokens"] = 1 };
    private static readonly Dictionary<string, long> Account = new(Mail) { ["accounts"] = 1, ["audit_logs"] = 1 };

    private static readonly Dictionary<string, Dictionary<string, long>> ByOperation = new()
    {
        ["create_booking_intent"] = Hold,
        ["create_booking_intent, header Idempotency-Key"] = new(Hold) { ["idempotency_keys"] = 1 },
        ["handle_stripe_webhook"] = Webhook,
        ["handle_pix_webhook"] = Webhook,
        // What is not about a payment is not kept.
        ["handle_pix_webhook, body type"] = [],
        ["login"] = new() { ["account_refresh_tokens"] = 1, ["account_sessions"] = 1, ["audit_logs"] = 1 },
        ["invite_owner"] = new(Account) { ["audit_logs"] = 2, ["property_owners"] = 1 },
        ["manage_users_change_role"] = Change,
        ["manage_users_disable"] = Change,
        // It is closed already.
        ["manage_users_disable, body reason"] = [],
        ["manage_users_invite"] = Account,
        ["register_guest"] = Account,
        ["request_password_reset"] = Mail,
        ["update_guest_profile"] = Change,
    };

    /// <summary>Tables of what was tried, done or not, and the rows that each call adds at most: a failed login counts for the client and for the address.</summary>
    public static IReadOnlyDictionary<string, int> Kept { get; } = new Dictionary<string, int> { ["support_activity"] = 1, ["login_failures"] = 2 };

    /// <summary>What can be done once only, by a token that is then used up or a password that is then another.</summary>
    public static IReadOnlySet<string> Once { get; } = new HashSet<string>
    {
        "accept_invitation", "change_password", "confirm_second_factor", "login_with_oidc", "refresh_token", "remove_second_factor", "reset_password", "verify_email",
    };

    /// <summary>What so many successful calls add together, with something in one of their places.</summary>
    public static IReadOnlyDictionary<string, long> Of(string operation, InjectionPoint? point, int calls)
    {
        var effects = ByOperation.GetValueOrDefault($"{operation}, {point}") ?? ByOperation.GetValueOrDefault(operation) ?? [];
        return effects.Where(_ => calls > 0).ToDictionary(effect => effect.Key, effect => effect.Value * calls);
    }
}
