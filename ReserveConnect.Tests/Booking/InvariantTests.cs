using Dapper;
using ReserveConnect.Database;
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
        ["kept_fees_are_in_the_books"] = "UPDATE reserve.reservations SET status = 'no_show'",
        ["paid_means_booked_or_refunded"] = "UPDATE reserve.booking_intents SET status = 'expired' WHERE status = 'confirmed'",
        ["ledger_transactions_balance"] = "UPDATE reserve.financial_ledger SET amount = amount + 0.01 WHERE account = 'cash_stripe'",
        ["trial_balance_zero"] = "DELETE FROM reserve.financial_ledger WHERE account = 'commission_income'",
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
        ["each_provider_object_one_entry"] = "DROP INDEX reserve.idx_reservations_host_booking; UPDATE reserve.reservations SET host_booking_id = '00000000-0000-7000-8000-000000000000'",
        ["reservations_add_up"] = "UPDATE reserve.reservations SET commission_amount = commission_amount - 1, net_to_property = net_to_property + 1",
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
        ("reservations_add_up", "UPDATE reserve.cancellations SET kept_commission = kept_commission + 1"),
    ];

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
    }

    public Task DisposeAsync() => market.ExpectSoundAsync();

    [Fact]
    public void None_is_left_out() => Assert.Equal(Invariants.All.Select(i => i.Name).Order(StringComparer.Ordinal), Breaks.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_it_forbids_is_seen(string name) => BreakAsync(name, Breaks[name]);

    [Theory]
    [MemberData(nameof(More))]
    public Task What_a_cancelled_booking_forbids_is_seen(string name, string sql) => BreakAsync(name, sql);

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
