using Dapper;
using Npgsql;
using ReserveConnect.Accounts;

namespace ReserveConnect.Tests.Database;

/// <summary>
/// Rows in every table, of two guests, two owners and of things that are no longer sold: what each kind of caller sees of
/// them is declared beside them.
/// </summary>
internal static class SeededRows
{
    public static readonly Guid OwnerA = Guid.Parse("0198b0a0-0000-7000-8000-0000000000a0");
    public static readonly Guid OwnerB = Guid.Parse("0198b0a0-0000-7000-8000-0000000000b0");

    public static readonly Guid GuestA = Guid.Parse("0198b0a0-0000-7000-8000-0000000002aa");
    public static readonly Guid GuestB = Guid.Parse("0198b0a0-0000-7000-8000-0000000002bb");

    /// <summary>A's intent at what is sold, B's at what is sold, and one at what was taken off the market since.</summary>
    public static readonly Guid IntentA = Guid.Parse("0198b0a0-0000-7000-8000-0000000001aa");
    public static readonly Guid IntentB = Guid.Parse("0198b0a0-0000-7000-8000-0000000001bb");
    public static readonly Guid IntentGone = Guid.Parse("0198b0a0-0000-7000-8000-0000000001cc");

    private const string Sold = "IN ('0198b0a0-0000-7000-8000-0000000000aa', '0198b0a0-0000-7000-8000-0000000000bb')";
    private const string OfA = "= '0198b0a0-0000-7000-8000-0000000001aa'";
    private const string OfGone = "= '0198b0a0-0000-7000-8000-0000000001cc'";
    private const string Mine = "= '0198b0a0-0000-7000-8000-0000000000aa'";
    private const string Gone = "= '0198b0a0-0000-7000-8000-0000000000cc'";

    private static readonly Dictionary<string, string> Catalogue = new()
    {
        ["cities"] = "is_active",
        ["amenities"] = "true",
        ["host_marks"] = "true",
        ["cancellation_policies"] = "true",
        ["tax_rules"] = "applies_to = 'booking' AND is_active",
        ["properties_map"] = $"id {Sold}",
        ["unit_map"] = $"id {Sold}",
        // The seasons of a property are seen with it.
        ["rate_plans"] = $"unit_id {Sold} OR (unit_id IS NULL AND property_id {Sold})",
        ["availability_calendar"] = $"unit_id {Sold}",
    };

    /// <summary>Who asks, and by table which rows that is: what is not named is not there.</summary>
    public static IReadOnlyList<(string Name, Actor Actor, IReadOnlyDictionary<string, string> Sees)> Callers { get; } =
    [
        ("nobody known", Actor.Anonymous, Catalogue),
        ("a guest without a booking", new(ActorKind.Guest), Catalogue),
        ("guest A", new(ActorKind.Guest, BookingIntentId: IntentA), With(Catalogue, OfIntent(OfA))),
        ("guest of what is gone", new(ActorKind.Guest, BookingIntentId: IntentGone), With(
            Catalogue,
            OfIntent(OfGone),
            new()
            {
                ["cities"] = "true",
                ["properties_map"] = $"id {Sold} OR id {Gone}",
                ["unit_map"] = $"id {Sold} OR id {Gone}",
                // A stay that is booked may be moved.
                ["rate_plans"] = $"unit_id {Sold} OR unit_id {Gone} OR (unit_id IS NULL AND (property_id {Sold} OR property_id {Gone}))",
                ["availability_calendar"] = $"unit_id {Sold} OR unit_id {Gone}",
            })),
        // By the address of the account, which both were booked with.
        ("guest A by account", new(ActorKind.Guest, GuestA), With(
            Catalogue,
            OfIntent($"{OfA} OR booking_intent_id {OfGone}"),
            new()
            {
                ["booking_intents"] = $"id {OfA} OR id {OfGone} OR modifies_reservation_id {OfA} OR modifies_reservation_id {OfGone}",
                ["pix_transactions"] = $"payment_attempt_id {OfA} OR payment_attempt_id {OfGone}",
                ["cities"] = "true",
                ["properties_map"] = $"id {Sold} OR id {Gone}",
                ["unit_map"] = $"id {Sold} OR id {Gone}",
                ["rate_plans"] = $"unit_id {Sold} OR unit_id {Gone} OR (unit_id IS NULL AND (property_id {Sold} OR property_id {Gone}))",
                ["availability_calendar"] = $"unit_id {Sold} OR unit_id {Gone}",
                ["accounts"] = $"id = '{GuestA}'",
                ["travelers"] = "email = 'a@localhost'",
            })),
        // By the account itself: the address was another.
        ("guest B by account", new(ActorKind.Guest, GuestB), With(
            Catalogue, OfIntent($"= '{IntentB}'"), new() { ["accounts"] = $"id = '{GuestB}'" })),
        ("owner A", new(ActorKind.Owner, OwnerA), With(
            Catalogue,
            new()
            {
                // What is paid to A's property, and the account that is kept for it.
                ["payout_settings"] = $"property_id {Mine}",
                ["payouts"] = $"property_id {Mine}",
                ["payout_items"] = $"property_id {Mine}",
                ["financial_ledger"] = $"account_id {Mine}",
                ["cities"] = "true",
                ["properties_map"] = $"id {Sold} OR id {Gone}",
                ["unit_map"] = "true",
                ["rate_plans"] = $"unit_id IS NOT NULL OR property_id {Sold} OR property_id {Gone}",
                ["property_calendar_links"] = $"property_id IN (SELECT property_id FROM reserve.property_owners WHERE account_id = '{OwnerA}' AND revoked_at IS NULL)",
                ["availability_calendar"] = "true",
                ["reservations"] = $"booking_intent_id {OfA} OR booking_intent_id {OfGone}",
                ["accounts"] = $"id = '{OwnerA}'",
                ["property_owners"] = $"account_id = '{OwnerA}' AND revoked_at IS NULL",
            })),
        ("owner B", new(ActorKind.Owner, OwnerB), With(
            Catalogue,
            new()
            {
                ["accounts"] = $"id = '{OwnerB}'",
                ["property_owners"] = $"account_id = '{OwnerB}' AND revoked_at IS NULL",
                ["property_calendar_links"] = $"property_id IN (SELECT property_id FROM reserve.property_owners WHERE account_id = '{OwnerB}' AND revoked_at IS NULL)",
                ["cities"] = "true",
                ["reservations"] = $"booking_intent_id = '{IntentB}'",
            })),
        ("an owner of nothing", new(ActorKind.Owner, Guid.Parse("0198b0a0-0000-7000-8000-0000000000ff")), With(Catalogue, new() { ["cities"] = "true" })),
        ("an agent", new(ActorKind.Agent, Guid.Parse("0198b0a0-0000-7000-8000-0000000000ee")), Business),
        ("a supervisor", new(ActorKind.Supervisor, Guid.Parse("0198b0a0-0000-7000-8000-0000000000ed")), Business),
    ];

    private static Dictionary<string, string> Business => new[]
    {
        "accounts", "amenities", "amenity_rules", "amenity_terms", "audit_logs", "availability_calendar", "booking_holds", "booking_intents", "cancellation_policies", "cancellations", "cities", "commission_rules",
        "disputes", "exceptions", "financial_ledger", "host_marks", "ledger_accounts", "ledger_balances",
        "ledger_day_totals", "ledger_days", "ledger_seals", "ledger_transactions", "ledger_unsealed", "payment_attempts", "payout_destination_changes", "payout_items", "payout_runs", "payout_settings", "payouts", "pix_transactions", "properties_map",
        "property_owners", "property_retries", "rate_plans", "reconciliation_findings", "reconciliations", "refunds", "reservations", "support_activity", "sync_jobs", "sync_refusals", "tax_accruals", "tax_rules", "travelers", "unit_map",
    }.ToDictionary(table => table, _ => "true");

    private static Dictionary<string, string> OfIntent(string intent) => new()
    {
        // A booking's changes are whose it is.
        ["booking_intents"] = $"id {intent} OR modifies_reservation_id IN (SELECT id FROM reserve.reservations WHERE booking_intent_id {intent})",
        ["booking_holds"] = $"booking_intent_id {intent}",
        ["reservations"] = $"booking_intent_id {intent}",
        ["payment_attempts"] = $"booking_intent_id {intent}",
        ["pix_transactions"] = $"payment_attempt_id {intent}",
        ["refunds"] = $"booking_intent_id {intent}",
        ["cancellations"] = $"booking_intent_id {intent}",
    };

    private static Dictionary<string, string> With(params Dictionary<string, string>[] parts) =>
        parts.SelectMany(part => part).GroupBy(entry => entry.Key).ToDictionary(entries => entries.Key, entries => entries.Last().Value);

    /// <summary>Writes them, past every policy.</summary>
    public static async Task WriteAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync(Inventory);
        await connection.ExecuteAsync(Bookings);
        await connection.ExecuteAsync(Operations);
        await connection.ExecuteAsync(SeededPeople.Rows);
    }

    // aa is A's and sold, bb is B's and sold, cc is A's and was taken off the market with its city; dd is a unit of aa that is
    // no longer sold.
    private const string Inventory =
        """
        INSERT INTO reserve.cities (id, slug, name, state, is_active)
        VALUES ('0198b0a0-0000-7000-8000-0000000000c1', 'gone', 'Gone', 'SC', false);

        INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug, is_published)
        VALUES ('0198b0a0-0000-7000-8000-0000000000aa', gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000001', 'A', 'a', true),
               ('0198b0a0-0000-7000-8000-0000000000bb', gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000001', 'B', 'b', true),
               ('0198b0a0-0000-7000-8000-0000000000cc', gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000c1', 'C', 'c', true),
               ('0198b0a0-0000-7000-8000-0000000000dd', gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000001', 'D', 'd', false);

        INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity, is_active)
        VALUES ('0198b0a0-0000-7000-8000-0000000000aa', gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000aa', 'A', 'a', 2, 2, true),
               ('0198b0a0-0000-7000-8000-0000000000bb', gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000bb', 'B', 'b', 2, 2, true),
               ('0198b0a0-0000-7000-8000-0000000000cc', gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000cc', 'C', 'c', 2, 2, true),
               ('0198b0a0-0000-7000-8000-0000000000dd', gen_random_uuid(), '0198b0a0-0000-7000-8000-0000000000aa', 'D', 'd', 2, 2, false);

        INSERT INTO reserve.rate_plans (id, property_id, unit_id, base_price)
        SELECT id, property_id, id, 100
        FROM reserve.unit_map;

        INSERT INTO reserve.rate_plans (id, property_id, valid_from, base_price)
        SELECT gen_random_uuid(), id, DATE '2030-01-01', 150
        FROM reserve.properties_map;

        INSERT INTO reserve.property_calendar_links (property_id, token_hash, token_sealed, made_at, made_by)
        SELECT id, sha256(id::text::bytea), 'sealed', now(), 'test'
        FROM reserve.properties_map;

        INSERT INTO reserve.availability_calendar (unit_id, date, allotment)
        SELECT id, DATE '2030-01-01' + i, 1
        FROM reserve.unit_map, generate_series(0, 1) AS i;

        INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from, is_active)
        VALUES (gen_random_uuid(), 'TUR', 2, 'booking', DATE '2026-01-01', true),
               (gen_random_uuid(), 'OLD', 2, 'booking', DATE '2026-01-01', false);

        INSERT INTO reserve.tax_accruals (id, tax_type, month, base, amount, accrued_at)
        VALUES (gen_random_uuid(), 'PIS', DATE '2026-01-01', 100, 0.65, now());

        INSERT INTO reserve.sync_jobs (id, job_type, started_at)
        VALUES (gen_random_uuid(), 'property_sync', now());

        INSERT INTO reserve.host_marks (city_id, job_type, version, confirmed_at)
        VALUES ('0198b0a0-0000-7000-8000-000000000001', 'availability_sync', 1, now());

        INSERT INTO reserve.sync_refusals (id, city_id, kind, host_id, reason, first_seen_at, last_seen_at)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000001', 'property', gen_random_uuid(), 'test', now(), now());

        INSERT INTO reserve.property_retries (host_property_id, city_id, failed_at, next_try_at)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000001', now(), now());
        """;

    private const string Bookings =
        """
        INSERT INTO reserve.travelers (id, email, first_name, last_name, created_at, updated_at)
        VALUES ('0198b0a0-0000-7000-8000-0000000001aa', 'a@localhost', 'Ana', 'A', now(), now()),
               ('0198b0a0-0000-7000-8000-0000000001bb', 'b@localhost', 'Bia', 'B', now(), now());

        INSERT INTO reserve.booking_intents
            (id, city_id, property_id, unit_id, check_in, check_out, base_price, total_amount, quote, cancellation_policy, expires_at,
             guest_email, guest_first_name, guest_last_name, created_at, updated_at)
        SELECT i.id, p.city_id, p.id, p.id, DATE '2030-01-01', DATE '2030-01-02', 100, 100, '{}', '{}', now(), i.email, 'X', 'Y', now(), now()
        FROM (VALUES
            ('0198b0a0-0000-7000-8000-0000000001aa'::uuid, '0198b0a0-0000-7000-8000-0000000000aa'::uuid, 'a@localhost'),
            ('0198b0a0-0000-7000-8000-0000000001bb', '0198b0a0-0000-7000-8000-0000000000bb', 'b@localhost'),
            ('0198b0a0-0000-7000-8000-0000000001cc', '0198b0a0-0000-7000-8000-0000000000cc', 'a@localhost')) AS i (id, property_id, email)
        JOIN reserve.properties_map p ON p.id = i.property_id;

        INSERT INTO reserve.booking_holds (id, booking_intent_id, unit_id, check_in, check_out, taken_at)
        SELECT id, id, unit_id, check_in, check_out, now()
        FROM reserve.booking_intents;

        INSERT INTO reserve.reservations
            (id, confirmation_code, booking_intent_id, city_id, property_id, unit_id, host_booking_id, traveler_id, guest_first_name,
             guest_last_name, guest_email, check_in, check_out, base_price, total_amount, commission_amount, net_to_property,
             commission_rule, quote, cancellation_policy, booked_at, created_at, updated_at)
        SELECT i.id, 'RC-0000000' || row_number() OVER (ORDER BY i.id), i.id, i.city_id, i.property_id, i.unit_id, gen_random_uuid(), t.id,
               'X', 'Y', i.guest_email, i.check_in, i.check_out, 100, 100, 15, 85, '{}', '{}', '{}', now(), now(), now()
        FROM reserve.booking_intents i
        JOIN reserve.travelers t ON t.email = i.guest_email;

        INSERT INTO reserve.payment_attempts (id, booking_intent_id, payment_method, provider, operation_id, amount, amount_received, created_at, updated_at)
        SELECT id, id, 'pix', 'mercado_pago', 'pay:' || id, 100, 100, now(), now()
        FROM reserve.booking_intents;

        INSERT INTO reserve.pix_transactions
            (id, payment_attempt_id, qr_code, qr_code_base64, copy_paste_code, expires_at, created_at, updated_at)
        SELECT id, id, 'qr', 'qr', 'code', now(), now(), now()
        FROM reserve.payment_attempts;

        INSERT INTO reserve.refunds (id, payment_attempt_id, booking_intent_id, request_key, reason, amount, operation_id, requested_at, updated_at)
        SELECT id, id, id, 'all:' || id, 'test', 100, 'refund:' || id, now(), now()
        FROM reserve.booking_intents;

        INSERT INTO reserve.disputes
            (id, provider_dispute_id, payment_attempt_id, booking_intent_id, reason, amount, status, opened_at, asked_at, created_at, updated_at)
        SELECT id, 'du_' || id, id, id, 'fraudulent', 100, 'needs_response', now(), now(), now(), now()
        FROM reserve.booking_intents;

        INSERT INTO reserve.cancellations
            (id, reservation_id, booking_intent_id, quote, currency, refund_amount, reversed_property, reversed_commission, reversed_service_fee,
             reversed_tax, reversed_service_tax, kept_property, kept_commission, kept_service_fee, kept_tax, actor, requested_at, updated_at)
        SELECT id, id, booking_intent_id, '{}', 'BRL', 0, 0, 0, 0, 0, 0, 85, 15, 0, 0, 'test', now(), now()
        FROM reserve.reservations;

        INSERT INTO reserve.provider_operations (operation_id, provider, kind, booking_intent_id, started_at)
        SELECT 'commit:' || id, 'host_connect', 'commit', id, now()
        FROM reserve.booking_intents;

        INSERT INTO reserve.booking_intents
            (id, city_id, property_id, unit_id, check_in, check_out, base_price, total_amount, quote, cancellation_policy, expires_at,
             guest_email, guest_first_name, guest_last_name, modifies_reservation_id, from_unit_id, amount_due, modification, created_at, updated_at)
        SELECT gen_random_uuid(), i.city_id, i.property_id, i.unit_id, i.check_in, i.check_out, 120, 120, '{}', '{}', now(),
               'x@localhost', 'X', 'Y', r.id, r.unit_id, 20, '{}', now(), now()
        FROM reserve.reservations r
        JOIN reserve.booking_intents i ON i.id = r.booking_intent_id;
        """;

    private const string Operations =
        """
        INSERT INTO reserve.audit_logs (entity_type, entity_id, action, actor, created_at)
        VALUES ('booking_intent', '0198b0a0-0000-7000-8000-0000000001aa', 'status', 'test', now());

        INSERT INTO reserve.idempotency_keys (scope, key, request_hash, resource_id, response, created_at)
        VALUES ('test', 'key', '\x00', '0198b0a0-0000-7000-8000-0000000001aa', '{}', now());

        INSERT INTO reserve.answered_requests (id, function, request_hash, claim, operation_id, started_at)
        VALUES ('\x01', 'test', '\x00', '0198b0a0-0000-7000-8000-0000000001aa', '0198b0a0-0000-7000-8000-0000000001aa', now());

        INSERT INTO reserve.webhook_events (id, provider, provider_event_id, event_type, payload, received_at)
        VALUES (gen_random_uuid(), 'stripe', 'evt', 'test', '{}', now());

        INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, created_at, available_at)
        VALUES (gen_random_uuid(), 'test', 'test', gen_random_uuid(), now(), now());

        INSERT INTO reserve.exceptions (id, exception_key, exception_type, severity, title, due_at, created_at, updated_at)
        VALUES (gen_random_uuid(), 'test', 'test', 'low', 'A test', now(), now(), now());

        INSERT INTO reserve.ledger_transactions (id, business_key, transaction_type, content_hash, created_at, created_by)
        VALUES ('0198b0a0-0000-7000-8000-000000000201', 'test', 'payment', '\x00', now(), 'test');

        INSERT INTO reserve.financial_ledger
            (id, transaction_id, transaction_type, direction, amount, account, account_type, created_at, created_by)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000201', 'payment', 'debit', 100, 'cash_pix', 'platform', now(), 'test'),
               (gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000201', 'payment', 'credit', 100, 'guest_prepayment', 'guest', now(), 'test');

        INSERT INTO reserve.ledger_unsealed (transaction_id) VALUES ('0198b0a0-0000-7000-8000-000000000201');
        SELECT reserve.seal_ledger(1, now());

        SELECT reserve.post_ledger_transaction(
            gen_random_uuid(), 'owed ' || p.id, 'adjustment', 'BRL', NULL, NULL, p.id, NULL, NULL, NULL, NULL, '', 'test', '\x00', now(), 'test',
            ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['refund_expense', 'property_payable'], ARRAY['debit', 'credit'], ARRAY[50.00, 50.00],
            ARRAY[NULL, p.id]::uuid[], ARRAY[NULL, NULL]::text[])
        FROM reserve.properties_map p
        WHERE p.id IN ('0198b0a0-0000-7000-8000-0000000000aa', '0198b0a0-0000-7000-8000-0000000000dd');

        INSERT INTO reserve.reconciliations (id, provider, book_date, status, window_from, window_to, requested_by, requested_at)
        VALUES ('0198b0a0-0000-7000-8000-000000000301', 'stripe', '2026-01-01', 'running', now(), now(), 'test', now());

        INSERT INTO reserve.reconciliation_staging (reconciliation_id, transaction_id, type, movement, reference, amount, fee, currency, occurred_at)
        VALUES ('0198b0a0-0000-7000-8000-000000000301', 'txn_1', 'charge', 'payment', 'ch_1', 1, 0, 'BRL', now());

        INSERT INTO reserve.provider_transactions (provider, transaction_id, type, movement, reference, amount, fee, currency, occurred_at, taken_at)
        VALUES ('stripe', 'txn_1', 'charge', 'payment', 'ch_1', 1, 0, 'BRL', now(), now());

        INSERT INTO reserve.reconciliation_findings (id, reconciliation_id, provider, book_date, kind, movement, reference, currency, difference, found_at)
        VALUES (gen_random_uuid(), '0198b0a0-0000-7000-8000-000000000301', 'stripe', '2026-01-01', 'missing_in_ledger', 'payment', 'ch_1', 'BRL', 1, now());

        INSERT INTO reserve.payout_settings (property_id, schedule, method, stripe_account_id, changed_by, destination_changed_at, changed_at)
        SELECT id, 'weekly', 'stripe', 'acct_' || slug, 'test', now(), now()
        FROM reserve.properties_map
        WHERE id IN ('0198b0a0-0000-7000-8000-0000000000aa', '0198b0a0-0000-7000-8000-0000000000dd');

        INSERT INTO reserve.payout_destination_changes (property_id, version, changed_by, changed_at)
        SELECT property_id, 1, 'test', now()
        FROM reserve.payout_settings;

        INSERT INTO reserve.payout_runs (run_key, run_date, schedule, period_start, period_end, opened_at)
        VALUES ('test', DATE '2026-01-05', 'weekly', DATE '2025-12-29', DATE '2026-01-04', now());

        INSERT INTO reserve.payouts
            (id, property_id, run_key, schedule, period_start, period_end, gross_amount, commission_amount, tax_amount, net_amount, status, method,
             stripe_account_id, requested_by, requested_at, updated_at)
        SELECT s.property_id, s.property_id, 'test', 'weekly', DATE '2025-12-29', DATE '2026-01-04', 50, 0, 0, 50, 'approved', 'stripe', s.stripe_account_id,
               'test', now(), now()
        FROM reserve.payout_settings s;

        INSERT INTO reserve.payout_items (payout_id, line, kind, property_id, transaction_id, gross_amount, amount)
        SELECT p.id, 1, 'adjustment', p.property_id, t.id, 50, 50
        FROM reserve.payouts p
        JOIN reserve.ledger_transactions t ON t.business_key = 'owed ' || p.property_id;

        SELECT reserve.post_ledger_transaction(
            gen_random_uuid(), 'not sealed', 'payment', 'BRL', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, '\x00', now(), 'test',
            ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['cash_pix', 'guest_prepayment'], ARRAY['debit', 'credit'], ARRAY[1.00, 1.00],
            ARRAY[NULL, NULL]::uuid[], ARRAY[NULL, NULL]::text[]);
        """;
}
