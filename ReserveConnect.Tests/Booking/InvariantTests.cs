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
        ["paid_means_booked_or_refunded"] = "UPDATE reserve.booking_intents SET status = 'expired' WHERE status = 'confirmed'",
        ["ledger_transactions_balance"] = "UPDATE reserve.financial_ledger SET amount = amount + 0.01 WHERE account = 'cash_stripe'",
        ["trial_balance_zero"] = "DELETE FROM reserve.financial_ledger WHERE account = 'commission_income'",
        ["payments_in_the_books_once"] = "UPDATE reserve.payment_attempts SET amount_received = amount_received + 0.01",
        ["refunds_in_the_books_once"] = "UPDATE reserve.ledger_transactions SET transaction_type = 'refund' WHERE transaction_type = 'payment'",
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
        ["each_provider_object_one_entry"] = "UPDATE reserve.reservations SET host_booking_id = '00000000-0000-7000-8000-000000000000'",
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

    public static TheoryData<string> Names => [.. Breaks.Keys];

    public async Task InitializeAsync()
    {
        while (await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations") < 2)
        {
            var held = await market.PayByCardAsync(await market.FreeStayAsync());
            await market.UntilAsync(held.IntentId, "confirmed");
        }
    }

    public Task DisposeAsync() => market.ExpectSoundAsync();

    [Fact]
    public void None_is_left_out() => Assert.Equal(Invariants.All.Select(i => i.Name).Order(StringComparer.Ordinal), Breaks.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_it_forbids_is_seen(string name)
    {
        var invariant = Invariants.All.Single(i => i.Name == name);
        await using var connection = await market.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM ({invariant.BrokenRows}) broken"));

        // Replica: no trigger stands in the way, as for somebody who repairs a database by hand.
        await connection.ExecuteAsync("SET LOCAL session_replication_role = replica");
        await connection.ExecuteAsync(Breaks[name]);

        Assert.NotEqual(0, await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM ({invariant.BrokenRows}) broken"));
        await transaction.RollbackAsync();
    }
}
