namespace ReserveConnect.Tests.Access;

/// <summary>A request to a function, harmless whoever sends it, and who gets through.</summary>
/// <param name="Request">Method and address behind <c>/api/</c>, with A's things in it: <c>{intent}</c>, <c>{code}</c>, ...</param>
/// <param name="Hidden">Who may call the function and is told that there is no such thing, for it is not theirs.</param>
/// <param name="Answer">The code of the function's own answer to whoever gets through, where its status alone would not tell.</param>
internal sealed record AccessRow(string Function, string Request, Who Passes, Who Hidden = Who.Nobody, string? Answer = null)
{
    public string Method => Request.Split(' ')[0];

    public string Address => Request.Split(' ')[1];
}

/// <summary>
/// Who may call what (functions.md, column 'who'), said a second time and by hand: what the functions declare of themselves
/// is held against this.
/// </summary>
internal static class AccessRows
{
    // A's booking, of which the guest with the account and the one with the token see the same.
    private const Who A = Who.GuestA | Who.BookingA;
    private const Who B = Who.GuestB | Who.BookingB;

    public static IReadOnlyList<AccessRow> All { get; } =
    [
        new("health_check", "GET health/live", Who.Everybody),
        new("get_openapi", "GET openapi.json", Who.Everybody),
        new("get_api_docs", "GET docs", Who.Everybody),

        new("get_properties", "GET properties", Who.Everybody),
        new("get_property_detail", "GET properties/{slug}", Who.Everybody),
        new("search_availability", "GET search", Who.Everybody),
        new("check_availability", "GET units/{unit}/availability", Who.Everybody),
        // Whoever has its secret address gets through, whoever they are.
        new("get_property_calendar_feed", "GET properties/{slug}/calendar.ics", Who.Everybody, Answer: "calendar_not_found"),

        new("create_booking_intent", "POST booking-intents", Who.Everybody),
        new("get_booking_intent", "GET booking-intents/{intent}", A, B),
        new("cancel_booking_intent", "DELETE booking-intents/{intent}", A, B),
        new("booking_access", "POST reservations/access", Who.Everybody),
        new("get_booking", "GET reservations/{code}", A | Who.Staff, B),
        new("get_cancellation_quote", "GET reservations/{code}/cancellation-quote", A | Who.Staff, B),
        new("cancel_booking", "POST reservations/{code}/cancel", A | Who.Staff, B),

        new("get_modification_quote", "POST reservations/{code}/modification-quote", A | Who.Staff, B),
        new("modify_booking", "POST reservations/{code}/modify", A | Who.Staff, B),
        new("check_in_booking", "POST reservations/{code}/check-in", Who.OwnerA | Who.Staff, Who.OwnerB),
        new("check_out_booking", "POST reservations/{code}/check-out", Who.OwnerA | Who.Staff, Who.OwnerB),

        new("create_stripe_payment_intent", "POST booking-intents/{intent}/payments/card", A, B),
        new("create_pix_payment", "POST booking-intents/{intent}/payments/pix", A, B),
        new("retry_failed_payment", "POST booking-intents/{intent}/payments/retry", A, B),
        new("get_payment_status", "GET booking-intents/{intent}/payment", A, B),
        new("handle_stripe_webhook", "POST webhooks/stripe", Who.Nobody, Answer: "signature_missing"),
        new("handle_pix_webhook", "POST webhooks/mercadopago", Who.Nobody, Answer: "signature_missing"),
        new("handle_host_webhook", "POST webhooks/host", Who.Nobody, Answer: "signature_missing"),

        new("register_guest", "POST accounts/register", Who.Everybody),
        new("verify_email", "POST accounts/verify-email", Who.Everybody),
        new("login", "POST accounts/login", Who.Everybody),
        new("login_with_oidc", "POST accounts/login/oidc", Who.Everybody),
        new("refresh_token", "POST accounts/refresh", Who.Everybody),
        new("logout", "POST accounts/logout", Who.Everybody),
        new("request_password_reset", "POST accounts/password-reset", Who.Everybody),
        new("reset_password", "POST accounts/password-reset/confirm", Who.Everybody),
        new("accept_invitation", "POST accounts/accept-invitation", Who.Everybody),
        // Whoever has an account has a profile and a password; only guests have bookings.
        new("get_guest_profile", "GET accounts/me", Who.Accounts),
        new("update_guest_profile", "PATCH accounts/me", Who.Accounts),
        new("change_password", "POST accounts/change-password", Who.Accounts),
        new("get_guest_bookings", "GET accounts/me/bookings", Who.Guests),
        new("export_personal_data", "GET accounts/me/personal-data", Who.Guests),
        new("erase_personal_data", "POST accounts/me/erase", Who.Guests),
        new("start_second_factor", "POST accounts/me/second-factor", Who.Staff | Who.Newcomer),
        new("confirm_second_factor", "POST accounts/me/second-factor/confirm", Who.Staff | Who.Newcomer),
        new("remove_second_factor", "POST accounts/me/second-factor/remove", Who.Staff),

        new("get_owner_properties", "GET owner/properties", Who.Owners),
        new("get_owner_bookings", "GET owner/bookings", Who.Owners),
        new("get_property_calendar_link", "GET owner/properties/{property}/calendar-link", Who.OwnerA, Who.OwnerB),
        new("rotate_property_calendar_link", "POST owner/properties/{property}/calendar-link", Who.OwnerA, Who.OwnerB),

        new("get_property_owners", "GET admin/properties/{property}/owners", Who.Staff),
        new("invite_owner", "POST admin/properties/{property}/owners", Who.Supervisor | Who.Admin),
        new("remove_owner", "DELETE admin/properties/{property}/owners/{unknown}", Who.Supervisor | Who.Admin, Answer: "owner_not_found"),

        new("force_cancel_booking", "POST admin/reservations/{unknown}/force-cancel", Who.Supervisor | Who.Admin),
        new("refund_booking", "POST admin/reservations/{unknown}/refund", Who.Staff),

        new("get_sync_jobs", "GET admin/sync/jobs", Who.Staff),
        new("get_sync_refusals", "GET admin/sync/refusals", Who.Staff),
        new("get_unknown_amenities", "GET admin/amenities/unknown", Who.Staff),
        new("map_amenity", "POST admin/amenities/terms", Who.Supervisor | Who.Admin),

        new("create_ledger_entry", "POST admin/ledger", Who.Supervisor | Who.Admin),
        new("get_ledger", "GET admin/ledger", Who.Staff),
        new("get_ledger_statement", "GET admin/ledger/statement", Who.Staff),
        new("get_trial_balance", "GET admin/ledger/trial-balance", Who.Staff),
        new("get_commission_rules", "GET admin/commission-rules", Who.Staff),
        new("create_commission_rule", "POST admin/commission-rules", Who.Supervisor | Who.Admin),
        new("end_commission_rule", "POST admin/commission-rules/{unknown}/end", Who.Supervisor | Who.Admin),
        new("remove_commission_rule", "DELETE admin/commission-rules/{unknown}", Who.Supervisor | Who.Admin, Answer: "rule_not_found"),
        new("calculate_commission", "POST admin/commission/quote", Who.Staff),
        new("get_tax_rules", "GET admin/tax-rules", Who.Staff),
        new("create_tax_rule", "POST admin/tax-rules", Who.Supervisor | Who.Admin),
        new("end_tax_rule", "POST admin/tax-rules/{unknown}/end", Who.Supervisor | Who.Admin),
        new("remove_tax_rule", "DELETE admin/tax-rules/{unknown}", Who.Supervisor | Who.Admin, Answer: "rule_not_found"),
        new("get_financial_summary", "GET admin/cities/{unknown}/financial-summary", Who.Staff, Answer: "city_not_found"),
        new("get_financial_summary_of_all", "GET admin/financial-summary", Who.Staff),
        new("get_tax_liability", "GET admin/taxes/liability", Who.Staff),
        new("export_ledger", "GET admin/ledger/export", Who.Staff),

        new("create_reconciliation", "POST admin/reconciliations", Who.Staff),
        new("get_reconciliations", "GET admin/reconciliations", Who.Staff),
        new("get_reconciliation", "GET admin/reconciliations/{unknown}", Who.Staff, Answer: "reconciliation_not_found"),
        new("resolve_reconciliation_finding", "POST admin/reconciliations/findings/{unknown}/resolve", Who.Supervisor | Who.Admin),
        new("create_payout", "POST admin/payouts", Who.Supervisor | Who.Admin),
        new("get_payouts", "GET admin/payouts", Who.Staff),
        new("get_payout", "GET admin/payouts/{unknown}", Who.Staff, Answer: "payout_not_found"),
        new("get_payout_statement", "GET admin/payouts/{unknown}/statement", Who.Staff, Answer: "payout_not_found"),
        new("approve_payout", "POST admin/payouts/{unknown}/approve", Who.Supervisor | Who.Admin),
        new("reject_payout", "POST admin/payouts/{unknown}/reject", Who.Supervisor | Who.Admin),
        new("retry_payout", "POST admin/payouts/{unknown}/retry", Who.Supervisor | Who.Admin, Answer: "payout_not_found"),
        new("settle_payout", "POST admin/payouts/{unknown}/settle", Who.Supervisor | Who.Admin),
        new("get_payout_settings", "GET admin/properties/{property}/payout-settings", Who.Staff, Answer: "no_payout_settings"),
        new("set_payout_settings", "PUT admin/properties/{property}/payout-settings", Who.Supervisor | Who.Admin),
        new("get_owner_payout_statement", "GET owner/payouts/{unknown}/statement", Who.Owners, Answer: "payout_not_found"),
        new("get_property_financials", "GET owner/properties/{property}/financials", Who.OwnerA, Who.OwnerB),

        new("get_exception_queue", "GET admin/exceptions", Who.Staff),
        new("assign_exception", "POST admin/exceptions/{unknown}/assign", Who.Staff),
        new("resolve_exception", "POST admin/exceptions/{unknown}/resolve", Who.Staff),

        new("get_audit_trail", "GET admin/audit/bookings/{code}", Who.Staff),
        new("get_audit_trail_of_payout", "GET admin/audit/payouts/{unknown}", Who.Supervisor | Who.Admin, Answer: "audit_target_not_found"),
        new("get_audit_trail_of_user", "GET admin/audit/users/{guest}", Who.Admin),
        new("manage_users", "GET admin/users", Who.Admin),
        new("manage_users_invite", "POST admin/users", Who.Admin),
        new("manage_users_change_role", "POST admin/users/{guest}/role", Who.Admin),
        new("manage_users_disable", "POST admin/users/{guest}/disable", Who.Admin),
        new("manage_users_enable", "POST admin/users/{guest}/enable", Who.Admin),
        // Done to somebody, it would end their sessions.
        new("manage_users_reset_second_factor", "POST admin/users/{unknown}/reset-second-factor", Who.Admin, Answer: "account_not_found"),
        new("get_job", "GET admin/jobs/expire_intents", Who.Admin | Who.Operator),
        new("run_job", "POST admin/jobs/none", Who.Admin | Who.Operator, Answer: "job_not_found"),
    ];
}
