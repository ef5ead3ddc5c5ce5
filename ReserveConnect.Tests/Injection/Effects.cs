using ReserveConnect.Tests.Documentation;

namespace ReserveConnect.Tests.Injection;

/// <summary>The rows that calls of an operation add. What is not here only reads.</summary>
internal static class Effects
{
    private static readonly Dictionary<string, long> Hold = new() { ["audit_logs"] = 1, ["booking_holds"] = 1, ["booking_intents"] = 1, ["events"] = 1 };
    private static readonly Dictionary<string, long> Webhook = new() { ["events"] = 1, ["webhook_events"] = 1 };

    private static readonly Dictionary<string, long> Retry = new() { ["payment_attempts"] = 1, ["audit_logs"] = 2 };
    private static readonly Dictionary<string, long> Audited = new() { ["audit_logs"] = 1 };
    private static readonly Dictionary<string, long> Mailed = new() { ["events"] = 1, ["one_time_tokens"] = 1 };
    private static readonly Dictionary<string, long> Session = new() { ["account_refresh_tokens"] = 1, ["account_sessions"] = 1, ["audit_logs"] = 1 };
    private static readonly Dictionary<string, long> FirstLogin = new(Session) { ["account_secrets"] = 1, ["audit_logs"] = 2, ["travelers"] = 1 };

    private static readonly Dictionary<string, Dictionary<string, long>> ByOperation = new()
    {
        ["create_booking_intent"] = Hold,
        // Of callers who are not known: the answer, and that the key was used in their network.
        ["create_booking_intent, header Idempotency-Key"] = new(Hold) { ["idempotency_keys"] = 2 },
        ["refund_booking"] = new() { ["audit_logs"] = 2, ["financial_ledger"] = 2, ["ledger_transactions"] = 1, ["refunds"] = 1 },
        ["create_ledger_entry"] = new(Audited) { ["financial_ledger"] = 2, ["ledger_transactions"] = 1 },
        // Made, ordered, and an approval asked for.
        // Of an adjustment and of the finding that it settles.
        ["resolve_reconciliation_finding"] = new() { ["audit_logs"] = 2, ["financial_ledger"] = 2, ["ledger_transactions"] = 1 },
        ["create_payout"] = new() { ["audit_logs"] = 2, ["events"] = 1, ["payout_items"] = 1, ["payouts"] = 1 },
        ["set_payout_settings"] = new(Audited) { ["payout_destination_changes"] = 1, ["payout_settings"] = 1, ["events"] = 1 },
        ["approve_payout"] = new(Audited) { ["events"] = 1 },
        // Settled and failed; nobody sends it again, so a person is told.
        ["settle_payout"] = new() { ["audit_logs"] = 3, ["events"] = 2, ["exceptions"] = 1 },
        ["reject_payout"] = new(Audited) { ["events"] = 1 },
        ["create_commission_rule"] = new(Audited) { ["commission_rules"] = 1 },
        ["create_tax_rule"] = new(Audited) { ["tax_rules"] = 1 },
        ["end_commission_rule"] = Audited,
        ["end_tax_rule"] = Audited,
        ["modify_booking"] = Hold,
        ["modify_booking, header Idempotency-Key"] = new(Hold) { ["answered_requests"] = 1 },
        ["get_modification_quote, header Idempotency-Key"] = new() { ["answered_requests"] = 1 },
        ["handle_stripe_webhook"] = Webhook,
        // What nobody here knows the meaning of is stored and tells nothing.
        ["handle_stripe_webhook, body type"] = new() { ["webhook_events"] = 1 },
        // The attempt, and that it was made and opened.
        ["retry_failed_payment"] = Retry,
        ["retry_failed_payment, header Idempotency-Key"] = new(Retry) { ["answered_requests"] = 1 },
        ["handle_host_webhook"] = Webhook,
        // Taken, decided and dismissed; what is open is nobody's, and is given back as it is.
        ["resolve_exception"] = new() { ["audit_logs"] = 4 },
        ["map_amenity"] = new(Audited) { ["amenity_terms"] = 1, ["events"] = 1 },
        ["handle_pix_webhook"] = Webhook,
        ["handle_pix_webhook, body type"] = new() { ["webhook_events"] = 1 },
        ["register_guest"] = new(Mailed) { ["accounts"] = 1, ["audit_logs"] = 1 },
        ["verify_email"] = FirstLogin,
        ["accept_invitation"] = FirstLogin,
        ["login"] = Session,
        ["login_with_oidc"] = new(Session) { ["account_identities"] = 1, ["one_time_tokens"] = 1 },
        ["refresh_token"] = new() { ["account_refresh_tokens"] = 1 },
        ["logout"] = Audited,
        // What is no token is answered alike.
        ["logout, body refresh_token"] = [],
        ["request_password_reset"] = Mailed,
        ["request_password_reset, header Idempotency-Key"] = new(Mailed) { ["answered_requests"] = 2 },
        ["reset_password"] = new() { ["audit_logs"] = 1, ["events"] = 1 },
        ["change_password"] = new() { ["audit_logs"] = 1, ["events"] = 1 },
        ["update_guest_profile"] = Audited,
        ["export_personal_data"] = Audited,
        // The account is closed, and forgotten.
        ["erase_personal_data"] = new() { ["audit_logs"] = 2 },
        ["confirm_second_factor"] = new(Audited) { ["account_recovery_codes"] = 10 },
        ["remove_second_factor"] = Audited,
        ["manage_users_invite"] = new(Mailed) { ["accounts"] = 1, ["audit_logs"] = 1 },
        ["invite_owner"] = new(Mailed) { ["accounts"] = 1, ["audit_logs"] = 2, ["property_owners"] = 1 },
        ["manage_users_change_role"] = Audited,
        ["manage_users_disable"] = Audited,
    };

    // However often it fails, that is one row for the client and one for the address; of whoever is logged in, one for the
    // account. Codes are counted on the account itself.
    private static readonly Dictionary<string, long> FailedLogins = new()
    {
        ["login, body password"] = 2,
        ["change_password, body current_password"] = 1,
        ["erase_personal_data, body current_password"] = 1,
    };

    // Texts that differ only in what is neither letter nor digit are one term: of those injected, two are another's.
    private static readonly Dictionary<string, (string Table, long Fewer)> Alike = new() { ["map_amenity, body term"] = ("amenity_terms", 2) };

    /// <summary>What calls add together, with something in one of their places.</summary>
    /// <param name="reached">Calls that came to the function.</param>
    /// <param name="done">Calls that succeeded.</param>
    public static IReadOnlyDictionary<string, long> Of(PublishedOperation operation, InjectionPoint? point, int reached, int done)
    {
        var each = ByOperation.GetValueOrDefault($"{operation.Id}, {point}") ?? ByOperation.GetValueOrDefault(operation.Id) ?? [];
        var effects = each.ToDictionary(effect => effect.Key, effect => effect.Value * done);
        if (Alike.TryGetValue($"{operation.Id}, {point}", out var alike))
        {
            effects[alike.Table] -= alike.Fewer;
        }

        // Written before anybody knows what becomes of it.
        effects["support_activity"] = Proofs.IsByStaff(operation) ? reached : 0;
        effects["login_failures"] = reached > done ? FailedLogins.GetValueOrDefault($"{operation.Id}, {point}") : 0;
        return effects.Where(effect => effect.Value != 0).ToDictionary();
    }
}
