using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Booking.Stays;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Booking.Stays;

/// <summary>A day on which a thousand guests did not come.</summary>
public sealed class ThousandStaysTests(Marketplace market, ITestOutputHelper output) : IClassFixture<Marketplace>
{
    private const int Guests = 1_000;

    [Fact]
    public async Task One_run_moves_a_thousand_on_and_another_at_the_same_time_moves_none_of_them_twice()
    {
        var coming = await market.BookSoonAsync(3);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            SET session_replication_role = replica;

            CREATE TEMPORARY TABLE guests AS
            SELECT gen_random_uuid() AS intent_id, gen_random_uuid() AS id, 'RC-' || upper(translate(lpad(to_hex(n), 8, '0'), 'ilou', '0123')) AS code
            FROM generate_series(1, @Guests) n;

            CREATE TEMPORARY TABLE intent AS SELECT * FROM reserve.booking_intents WHERE id = @IntentId;
            CREATE TEMPORARY TABLE reservation AS SELECT * FROM reserve.reservations WHERE id = @Id;

            INSERT INTO reserve.booking_intents (
                id, city_id, property_id, unit_id, check_in, check_out, base_price, cleaning_fee, service_fee, taxes, discount_amount, total_amount, quote,
                cancellation_policy, status, expires_at, reservation_id, guest_email, guest_first_name, guest_last_name, created_at, updated_at)
            SELECT g.intent_id, i.city_id, i.property_id, i.unit_id, i.check_in, i.check_out, i.base_price, i.cleaning_fee, i.service_fee, i.taxes, i.discount_amount, i.total_amount, i.quote,
                   i.cancellation_policy, 'confirmed', i.expires_at, g.id, i.guest_email, 'A', 'B', i.created_at, i.updated_at
            FROM guests g
            CROSS JOIN intent i;

            INSERT INTO reserve.reservations (
                id, confirmation_code, booking_intent_id, city_id, property_id, unit_id, host_booking_id, traveler_id, guest_first_name, guest_last_name, guest_email,
                check_in, check_out, base_price, taxes, cleaning_fee, service_fee, discount_amount, total_amount, commission_amount, net_to_property, commission_rule,
                quote, cancellation_policy, booked_at, created_at, updated_at)
            SELECT g.id, g.code, g.intent_id, r.city_id, r.property_id, r.unit_id, g.id, r.traveler_id, 'A', 'B', r.guest_email,
                   r.check_in, r.check_out, r.base_price, r.taxes, r.cleaning_fee, r.service_fee, r.discount_amount, r.total_amount, r.commission_amount, r.net_to_property, r.commission_rule,
                   r.quote, r.cancellation_policy, r.booked_at, r.created_at, r.updated_at
            FROM guests g
            CROSS JOIN reservation r;

            INSERT INTO reserve.ledger_transactions
                (id, business_key, transaction_type, booking_intent_id, reservation_id, content_hash, description, created_at, created_by)
            SELECT g.id, 'confirm:' || g.id, t.transaction_type, g.intent_id, g.id, t.content_hash, t.description, t.created_at, t.created_by
            FROM guests g
            CROSS JOIN reserve.ledger_transactions t
            WHERE t.business_key = 'confirm:' || @Id;

            INSERT INTO reserve.financial_ledger
                (id, transaction_id, booking_intent_id, reservation_id, property_id, transaction_type, direction, amount, currency, account, account_type,
                 account_id, tax_type, created_at, created_by)
            SELECT gen_random_uuid(), g.id, g.intent_id, g.id, l.property_id, l.transaction_type, l.direction, l.amount, l.currency, l.account, l.account_type,
                   l.account_id, l.tax_type, l.created_at, l.created_by
            FROM guests g
            CROSS JOIN reserve.financial_ledger l
            JOIN reserve.ledger_transactions t ON t.id = l.transaction_id AND t.business_key = 'confirm:' || @Id;

            INSERT INTO reserve.ledger_unsealed (transaction_id)
            SELECT g.id
            FROM guests g;

            UPDATE reserve.availability_calendar c
            SET bookings_count = c.bookings_count + @Guests,
                allotment = c.allotment + @Guests
            FROM reservation r
            WHERE c.unit_id = r.unit_id
              AND c.date >= r.check_in
              AND c.date < r.check_out;

            SET session_replication_role = origin
            """,
            new { Guests = Guests - 1, coming.Held.IntentId, coming.Id });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);

        var watch = Stopwatch.StartNew();
        // Without telling the Host, which knows nothing of all but one of them.
        var stays = market.Services.GetRequiredService<ProcessStays>();
        await Task.WhenAll(stays.RunAsync(CancellationToken.None), stays.RunAsync(CancellationToken.None));

        output.WriteLine($"{Guests} stays in {watch.Elapsed}, by two runs at once");
        var moved = await market.ReadAsync<long>("SELECT count(*) FROM reserve.reservations WHERE status = 'no_show'");
        Assert.True(moved == Guests, $"{moved} were moved on: {market.Complaints}");
        Assert.Equal(Guests, await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions WHERE transaction_type = 'cancellation_fee'"));
        Assert.Equal(Guests, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'booking.no_show'"));
        Assert.Equal(
            [Guests, 0, 0],
            await connection.QueryAsync<int>(
                "SELECT bookings_count FROM reserve.availability_calendar WHERE unit_id = @UnitId AND date >= @CheckIn AND date < @CheckOut ORDER BY date", coming.Stay));
    }
}
