using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Tests.Booking.Modifications;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>Every invariant can fail: what it forbids is done behind the guards' back, seen, and undone.</summary>
public sealed class InvariantTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly Dictionary<string, string> Breaks = new(StringComparer.Ordinal)
    {
        ["no_night_sold_twice"] = "UPDATE reserve.availability_calendar SET allotment = 0 WHERE bookings_count > 0",
        ["bookings_match_reservations"] = "UPDATE reserve.availability_calendar SET bookings_count = bookings_count - 1 WHERE bookings_count > 0",
        ["holds_match_calendar"] = "UPDATE reserve.availability_calendar SET temp_holds = 1 WHERE bookings_count > 0",
        ["holds_match_open_intents"] = "UPDATE reserve.booking_holds SET status = 'held', ended_at = NULL",
        ["confirmed_means_booked"] = "UPDATE reserve.booking_intents SET host_booking_id = NULL WHERE status = 'confirmed'",
        ["left_means_not_booked"] = "UPDATE reserve.booking_intents SET cancel_requested_at = now() WHERE status = 'confirmed'",
        ["kept_fees_are_in_the_books"] = "UPDATE reserve.reservations SET status = 'no_show'",
        ["paid_means_booked_or_refunded"] = "UPDATE reserve.booking_intents SET status = 'expired' WHERE status = 'confirmed'",
        ["modified_means_moved"] = "UPDATE reserve.reservations SET check_out = check_out + 1 WHERE id IN (SELECT modifies_reservation_id FROM reserve.booking_intents)",
        ["modifications_add_up"] = "UPDATE reserve.booking_intents SET modification = modification || '{\"kept\": 1}' WHERE modifies_reservation_id IS NOT NULL",
        ["ledger_transactions_balance"] = "UPDATE reserve.financial_ledger SET amount = amount + 0.01 WHERE account = 'cash_stripe'",
        ["trial_balance_zero"] = "DELETE FROM reserve.financial_ledger WHERE account = 'commission_income'",
        ["entries_have_their_transaction"] = "UPDATE reserve.financial_ledger SET account = 'cash_under_the_bed' WHERE account = 'cash_stripe'",
        ["kept_balances_are_the_sums"] = "INSERT INTO reserve.ledger_balances (currency, account, debits, credits, entries) VALUES ('BRL', 'rounding', 1, 1, 2)",
        ["kept_days_are_the_sums"] = "INSERT INTO reserve.ledger_days (book_date, currency, account, transaction_type, debits, credits, entries) VALUES ('2026-01-01', 'BRL', 'rounding', 'test', 1, 1, 2)",
        ["kept_day_totals_are_the_sums"] = "INSERT INTO reserve.ledger_day_totals (book_date, currency, account, debits, credits, entries) VALUES ('2026-01-01', 'BRL', 'rounding', 1, 1, 2)",
        ["payouts_add_up"] = NewPayout("approved", 1),
        ["payout_lines_are_the_books"] = $"{NewPayout("approved", 1)}; {NewLine()}",
        ["payouts_are_posted"] = NewPayout("completed", 1),
        ["released_lines_are_of_dead_payouts"] = $"{NewPayout("rejected", 1)}; {NewLine()}",
        ["payable_is_what_payouts_will_pay"] = NewPayout("approved", 1),
        ["ledger_chain_holds"] = "DELETE FROM reserve.ledger_unsealed; DELETE FROM reserve.ledger_seals",
        ["payments_in_the_books_once"] = "UPDATE reserve.payment_attempts SET amount_received = amount_received + 0.01",
        ["refunds_in_the_books_once"] = "UPDATE reserve.ledger_transactions SET transaction_type = 'refund' WHERE transaction_type = 'payment'",
        ["refunds_within_payments"] = "UPDATE reserve.payment_attempts SET amount_received = amount_received - 0.01 WHERE id IN (SELECT payment_attempt_id FROM reserve.refunds)",
        ["cancelled_means_settled"] = "UPDATE reserve.reservations SET status = 'confirmed' WHERE status = 'cancelled'",
        ["cancellations_give_back_what_they_promised"] = "UPDATE reserve.refunds SET purpose = 'goodwill' WHERE purpose = 'cancellation'",
        ["fees_in_the_books_once"] = "UPDATE reserve.payment_attempts SET fee_amount = fee_amount + 0.01",
        ["disputes_in_the_books_once"] = "UPDATE reserve.ledger_transactions SET transaction_type = 'dispute' WHERE transaction_type = 'payment'",
        ["won_disputes_net_to_zero"] =
            """
            INSERT INTO reserve.disputes
                (id, provider_dispute_id, payment_attempt_id, booking_intent_id, reason, amount, status, withdrawn_amount, withdrawn_fee,
                 reinstated_amount, reinstated_fee, opened_at, asked_at, created_at, updated_at)
            SELECT gen_random_uuid(), 'du_test', id, booking_intent_id, 'fraudulent', 10, 'won', 10, 1, 9.99, 0, now(), now(), now(), now()
            FROM reserve.payment_attempts
            LIMIT 1
            """,
        ["disputes_settle_what_they_took"] =
            """
            WITH dispute AS (
                INSERT INTO reserve.disputes
                    (id, provider_dispute_id, payment_attempt_id, booking_intent_id, reason, amount, status, opened_at, asked_at, created_at, updated_at)
                SELECT gen_random_uuid(), 'du_test', payment_attempt_id, booking_intent_id, 'fraudulent', 10, 'won', now(), now(), now(), now()
                FROM reserve.refunds
                WHERE status = 'succeeded'
                LIMIT 1
                RETURNING id, payment_attempt_id)
            UPDATE reserve.refunds f
            SET dispute_id = d.id
            FROM dispute d
            WHERE f.payment_attempt_id = d.payment_attempt_id
            """,
        ["approved_by_somebody_else"] =
            """
            INSERT INTO reserve.exceptions
                (id, exception_key, exception_type, severity, reservation_id, title, context, status, resolution_action, resolved_at, resolved_by, due_at, created_at, updated_at)
            SELECT gen_random_uuid(), 'refund_approval:test', 'refund_approval', 'medium', reservation_id, 'A test', jsonb_build_object('ordered_by', id), 'resolved', 'approved',
                   now(), gen_random_uuid(), now(), now(), now()
            FROM reserve.refunds
            WHERE reservation_id IS NOT NULL
            LIMIT 1
            """,
        ["each_provider_object_one_entry"] = "DROP INDEX reserve.idx_reservations_host_booking; UPDATE reserve.reservations SET host_booking_id = '00000000-0000-7000-8000-000000000000'",
        ["reservations_add_up"] = "UPDATE reserve.reservations SET commission_amount = commission_amount - 1, net_to_property = net_to_property + 1",
        ["no_share_below_nothing"] = "DELETE FROM reserve.financial_ledger WHERE transaction_type IN ('commission', 'tax') AND direction = 'credit'",
        ["prepayment_is_unconfirmed_money"] = "DELETE FROM reserve.financial_ledger WHERE account = 'guest_prepayment' AND direction = 'debit'",
        ["no_expired_hold_forgotten"] = "UPDATE reserve.booking_intents SET status = 'created', expires_at = now() - interval '1 hour'",
        ["each_active_unit_has_one_standard_plan"] = "DELETE FROM reserve.rate_plans WHERE id = (SELECT id FROM reserve.rate_plans WHERE NOT is_season LIMIT 1)",
        ["seasons_share_no_day"] =
            """
            INSERT INTO reserve.rate_plans (id, property_id, base_price, valid_from, valid_to)
            SELECT gen_random_uuid(), id, 1, day::date, '2099-01-02'
            FROM (SELECT id FROM reserve.properties_map LIMIT 1) p, unnest(ARRAY['2099-01-01', '2099-01-02']) AS day
            """,
    };

    // What a cancelled booking promises has more than one way to be broken.
    private static readonly (string Name, string Break)[] MoreBreaks =
    [
        ("bookings_match_reservations", "UPDATE reserve.reservations SET released_from = NULL WHERE status = 'cancelled'"),
        ("cancelled_means_settled", "UPDATE reserve.reservations SET released_from = NULL WHERE status = 'cancelled'"),
        ("cancelled_means_settled", "UPDATE reserve.cancellations SET status = 'pending', finished_at = NULL"),
        ("paid_means_booked_or_refunded", "DELETE FROM reserve.refunds WHERE purpose = 'cancellation'"),
        ("refunds_in_the_books_once", "UPDATE reserve.refunds SET status = 'failed'"),
        ("refunds_within_payments", "UPDATE reserve.payment_attempts SET status = 'succeeded' WHERE status = 'refunded'"),
        ("refunds_within_payments", "UPDATE reserve.refunds SET amount = amount + 0.01"),
        ("cancellations_give_back_what_they_promised", "UPDATE reserve.reservations SET refund_amount = 0"),
        ("cancellations_give_back_what_they_promised", "DELETE FROM reserve.refunds WHERE purpose = 'cancellation'"),
        ("prepayment_is_unconfirmed_money", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'cancellation' AND account = 'guest_prepayment'"),
        ("prepayment_is_unconfirmed_money", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'refund'"),
        ("reservations_add_up", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'cancellation' AND account = 'property_payable'"),
        ("reservations_add_up", "UPDATE reserve.reservations SET service_tax = service_tax + 1"),
        ("confirmed_means_booked", "UPDATE reserve.booking_intents SET reservation_id = NULL WHERE modifies_reservation_id IS NOT NULL"),
        ("paid_means_booked_or_refunded", "UPDATE reserve.booking_intents SET status = 'expired' WHERE modifies_reservation_id IS NOT NULL AND amount_due > 0"),
        ("prepayment_is_unconfirmed_money", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'modification' AND account = 'guest_prepayment'"),
        ("reservations_add_up", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'modification' AND account = 'property_payable'"),
        ("modifications_add_up", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'modification' AND account = 'guest_prepayment'"),
        ("modifications_add_up", "UPDATE reserve.booking_intents SET amount_due = amount_due + 1 WHERE modifies_reservation_id IS NOT NULL"),
        ("modifications_add_up", "UPDATE reserve.booking_intents SET status = 'expired' WHERE modifies_reservation_id IS NOT NULL"),
        ("modifications_add_up", "UPDATE reserve.refunds SET amount = amount - 1 WHERE purpose = 'modification'"),
        ("modifications_add_up", "DELETE FROM reserve.financial_ledger WHERE transaction_type = 'modification_fee' AND account = 'guest_prepayment'"),
        ("modifications_add_up", "DELETE FROM reserve.financial_ledger WHERE transaction_id IN (SELECT id FROM reserve.ledger_transactions WHERE business_key LIKE 'restore:%')"),
        ("paid_means_booked_or_refunded", "UPDATE reserve.booking_intents SET modification = modification || '{\"kept\": 0}' WHERE (modification ->> 'kept')::numeric > 0"),
        ("paid_means_booked_or_refunded", "UPDATE reserve.booking_intents SET modification = modification || '{\"given_before\": 0}' WHERE (modification ->> 'given_before')::numeric > 0"),
        ("prepayment_is_unconfirmed_money", "UPDATE reserve.booking_intents SET modification = modification || '{\"given_before\": 0}' WHERE (modification ->> 'given_before')::numeric > 0"),
        ("reservations_add_up", "UPDATE reserve.cancellations SET kept_commission = kept_commission + 1"),
        // By whoever had ordered it; and made without anybody's yes.
        ("approved_by_somebody_else", Approval("resolved", "f.payment_attempt_id")),
        ("approved_by_somebody_else", Approval("dismissed", "gen_random_uuid()")),
    ];

    private static string Approval(string status, string resolvedBy) =>
        $"""
        WITH approval AS (
            INSERT INTO reserve.exceptions
                (id, exception_key, exception_type, severity, reservation_id, title, context, status, resolved_at, resolved_by, due_at, created_at, updated_at)
            SELECT gen_random_uuid(), 'refund_approval:test', 'refund_approval', 'medium', f.reservation_id, 'A test',
                   jsonb_build_object('ordered_by', f.payment_attempt_id), '{status}', now(), {resolvedBy}, now(), now(), now()
            FROM reserve.refunds f
            WHERE f.purpose = 'goodwill'
            LIMIT 1
            RETURNING id, reservation_id)
        UPDATE reserve.refunds f
        SET request_key = 'goodwill:' || a.id || ':' || f.payment_attempt_id
        FROM approval a
        WHERE f.reservation_id = a.reservation_id
          AND f.purpose = 'goodwill'
        """;

    private static string NewPayout(string status, int net) =>
        $"""
        INSERT INTO reserve.payouts
            (id, property_id, run_key, schedule, period_start, period_end, gross_amount, commission_amount, tax_amount, net_amount, status, method,
             stripe_account_id, operation_id, requested_by, requested_at, updated_at)
        SELECT gen_random_uuid(), id, 'test', 'weekly', DATE '2025-12-29', DATE '2026-01-04', {net}, 0, 0, {net}, '{status}', 'stripe', 'acct_1', 'test', 'test', now(), now()
        FROM reserve.properties_map
        LIMIT 1
        """;

    private static string NewLine() =>
        """
        INSERT INTO reserve.payout_items (payout_id, line, kind, property_id, transaction_id, gross_amount, amount, is_live)
        SELECT p.id, 1, 'booking', p.property_id, (SELECT id FROM reserve.ledger_transactions WHERE transaction_type = 'commission' LIMIT 1), 1, 1, true
        FROM reserve.payouts p
        """;

    public static TheoryData<string> Names => [.. Breaks.Keys];

    public static TheoryData<string, string> More
    {
        get
        {
            var more = new TheoryData<string, string>();
            foreach (var (name, sql) in MoreBreaks)
            {
                more.Add(name, sql);
            }

            return more;
        }
    }

    public async Task InitializeAsync()
    {
        while (await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations") < 2)
        {
            var held = await market.PayByCardAsync(await market.FreeStayAsync());
            await market.UntilAsync(held.IntentId, "confirmed");
        }

        if (await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations WHERE status = 'cancelled'") == 0)
        {
            var given = await market.BookStayAsync();
            await market.CancelAsync(given);
            await market.UntilAsync(given, "cancelled");
        }

        if (await market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id IS NOT NULL") == 0)
        {
            var moved = await market.BookAsync(await market.FreeWindowAsync(3), nights: 2);
            await market.MoveAsync(moved, new { check_out = moved.Held.Stay.CheckOut.AddDays(1) });
            await ShortenAsync(gift: 0m);
            await ShortenAsync(gift: 0.9m);
        }
    }

    public Task DisposeAsync() => market.ExpectSoundAsync();

    [Fact]
    public void None_is_left_out() => Assert.Equal(Invariants.All.Select(i => i.Name).Order(StringComparer.Ordinal), Breaks.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_it_forbids_is_seen(string name) => BreakAsync(name, Breaks[name]);

    [Theory]
    [MemberData(nameof(More))]
    public Task What_a_cancelled_or_changed_booking_forbids_is_seen(string name, string sql) => BreakAsync(name, sql);

    // Late: half of what is given up is kept. What the property had given of it before is taken into account.
    private async Task ShortenAsync(decimal gift)
    {
        var booking = await market.BookAsync(await market.FreeWindowAsync(4), nights: 4);
        await market.AgeAsync(booking);
        await market.HalveAsync(booking);
        if (gift > 0)
        {
            await market.GiveAsync(booking, decimal.Round(booking.Held.Total * gift, 2), "property");
        }

        await market.MoveAsync(booking, new { check_out = booking.Held.Stay.CheckIn.AddDays(1) });
    }

    private async Task BreakAsync(string name, string sql)
    {
        var invariant = Invariants.All.Single(i => i.Name == name);
        await using var connection = await market.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM ({invariant.BrokenRows}) broken"));

        // Replica: no trigger stands in the way, as for somebody who repairs a database by hand.
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica");
        await connection.ExecuteAsync(sql);

        Assert.NotEqual(0, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM ({invariant.BrokenRows}) broken"));
        await transaction.RollbackAsync();
    }
}
