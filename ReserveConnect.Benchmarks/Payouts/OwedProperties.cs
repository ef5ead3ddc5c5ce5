using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Ledger;
using ReserveConnect.Finance;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>
/// Properties that are owed for the stays of the last week. Their stays are made where they are kept, as whole bookings: intent, hold,
/// night, payment, reservation. Their money is posted by the application's own postings.
/// </summary>
internal static class OwedProperties
{
    private const string Slug = "payouts";
    private const string GuestEmail = "guest@example.com";
    private const string GuestName = "Ana";
    private const string Cpf = "52998224725";
    private const int StaysOfAPosting = 100;
    private const int Writers = 4;
    private const decimal ServiceTaxPercent = 5m;
    private static readonly TimeSpan BetweenSeals = TimeSpan.FromMilliseconds(100);

    private sealed record Stay(Guid Id, Guid IntentId, Guid AttemptId, Guid PropertyId, bool IsPix, string PaymentId, decimal Price, decimal Commission);

    /// <summary>Makes them: half are paid at Stripe, half by PIX; none is owed so much that somebody has to approve it.</summary>
    /// <returns>The accounts at Stripe that they are paid to, which are not there yet.</returns>
    public static async Task<IReadOnlyList<string>> MakeAsync(BenchWorld world, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        await FillAsync(connection, world.Options, cancellation);
        var stays = (await connection.QueryAsync<Stay>(
            "SELECT id, intent_id, attempt_id, property_id, is_pix, payment_id, price, commission FROM paid_stays ORDER BY number")).AsList();
        await PostAsync(world, connection, stays, cancellation);
        await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE", commandTimeout: 0, cancellationToken: cancellation));
        return (await connection.QueryAsync<string>("SELECT account FROM paid_properties WHERE NOT is_pix")).AsList();
    }

    private static async Task PostAsync(BenchWorld world, NpgsqlConnection connection, List<Stay> stays, CancellationToken cancellation)
    {
        await using var books = new LedgerBench(world);
        await Parallel.ForEachAsync(
            stays.Chunk(StaysOfAPosting), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellation },
            async (some, ct) => await books.PostAsync(some.SelectMany(PostingsOf), ct));

        // The functions' own minute may be at it.
        while (await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM reserve.ledger_unsealed)"))
        {
            await books.SealAsync(cancellation);
            await Task.Delay(BetweenSeals, cancellation);
        }
    }

    private static IEnumerable<LedgerTransaction> PostingsOf(Stay stay)
    {
        var currency = Finance.Ledger.Currency;
        var money = new ConfirmedMoney(stay.Id, stay.IntentId, stay.PropertyId, currency, stay.Price, 0, 0, 0, stay.Commission);
        yield return Postings.PaymentReceived(new(stay.AttemptId, stay.IntentId, stay.PropertyId, stay.IsPix, stay.PaymentId, stay.Price, currency));
        yield return Postings.BookingConfirmed(money);
        yield return Postings.ServiceTax(money, ServiceTaxPercent)!;
    }

    // A property's stays are one night each, on the seven days before today, in as many units as that takes. Prices are such that
    // neither commission nor tax is rounded.
    private static Task FillAsync(NpgsqlConnection connection, BenchOptions options, CancellationToken cancellation) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            SET session_replication_role = replica;

            INSERT INTO reserve.cities (id, slug, name, state, is_active) VALUES (gen_random_uuid(), @Slug, 'Serra', 'SC', false);

            INSERT INTO reserve.travelers (id, email, first_name, last_name, created_at, updated_at)
            VALUES (gen_random_uuid(), @GuestEmail, @GuestName, @GuestName, now(), now())
            ON CONFLICT DO NOTHING;

            CREATE TEMP TABLE paid_properties AS
            SELECT p.id, c.id AS city_id, p.number, p.number % 2 = 1 AS is_pix, 'acct_' || replace(p.id::text, '-', '') AS account
            FROM reserve.cities c
            CROSS JOIN (SELECT gen_random_uuid() AS id, number FROM generate_series(0, @PayoutProperties - 1) number) p
            WHERE c.slug = @Slug;

            INSERT INTO reserve.properties_map (id, host_property_id, city_id, name, slug, is_published)
            SELECT id, gen_random_uuid(), city_id, 'Pousada ' || number, @Slug || '-' || number, false
            FROM paid_properties;

            INSERT INTO reserve.payout_settings
                (property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, pix_owner_document, changed_by, destination_changed_at, changed_at)
            SELECT id, 'weekly', CASE WHEN is_pix THEN 'pix' ELSE 'stripe' END, CASE WHEN NOT is_pix THEN account END,
                   CASE WHEN is_pix THEN 'random' END, CASE WHEN is_pix THEN id::text END, CASE WHEN is_pix THEN @Cpf END, 'bench', now(), now()
            FROM paid_properties;

            CREATE TEMP TABLE paid_units AS
            SELECT gen_random_uuid() AS id, p.id AS property_id, unit
            FROM paid_properties p
            CROSS JOIN generate_series(0, (@PayoutReservations - 1) / @PayoutProperties / 7) unit;

            INSERT INTO reserve.unit_map (id, host_unit_id, property_id, name, slug, max_occupancy, base_capacity, is_active)
            SELECT id, gen_random_uuid(), property_id, 'Quarto ' || unit, 'quarto-' || unit, 2, 2, false
            FROM paid_units;

            CREATE TEMP TABLE paid_stays AS
            SELECT s.*, s.price * 0.15 AS commission, s.price * 0.0075 AS service_tax, 'bench_' || s.attempt_id AS payment_id
            FROM (
                SELECT n.number, gen_random_uuid() AS id, gen_random_uuid() AS intent_id, gen_random_uuid() AS attempt_id, gen_random_uuid() AS host_booking_id,
                       p.id AS property_id, p.city_id, p.is_pix, u.id AS unit_id,
                       reserve.book_date(now()) - 1 - n.number / @PayoutProperties % 7 AS check_in, 280.00 + 4 * (n.number % 11) AS price
                FROM generate_series(0, @PayoutReservations - 1) AS n (number)
                JOIN paid_properties p ON p.number = n.number % @PayoutProperties
                JOIN paid_units u ON u.property_id = p.id AND u.unit = n.number / @PayoutProperties / 7) s;

            INSERT INTO reserve.availability_calendar (unit_id, date, allotment, bookings_count, host_sold_count, price)
            SELECT unit_id, check_in, 1, 1, 1, price
            FROM paid_stays;

            INSERT INTO reserve.booking_intents
                (id, city_id, property_id, unit_id, check_in, check_out, base_price, total_amount, quote, cancellation_policy, status, expires_at,
                 host_booking_id, reservation_id, guest_email, guest_first_name, guest_last_name, created_at, updated_at)
            SELECT intent_id, city_id, property_id, unit_id, check_in, check_in + 1, price, price, '{}', '{}', 'confirmed', now(),
                   host_booking_id, id, @GuestEmail, @GuestName, @GuestName, now(), now()
            FROM paid_stays;

            INSERT INTO reserve.booking_holds (id, booking_intent_id, unit_id, check_in, check_out, status, taken_at, ended_at)
            SELECT gen_random_uuid(), intent_id, unit_id, check_in, check_in + 1, 'converted', now(), now()
            FROM paid_stays;

            INSERT INTO reserve.payment_attempts
                (id, booking_intent_id, payment_method, provider, operation_id, provider_payment_intent_id, amount, amount_received, status,
                 created_at, succeeded_at, updated_at)
            SELECT attempt_id, intent_id, CASE WHEN is_pix THEN 'pix' ELSE 'credit_card' END, CASE WHEN is_pix THEN 'mercado_pago' ELSE 'stripe' END,
                   payment_id, payment_id, price, price, 'succeeded', now(), now(), now()
            FROM paid_stays;

            INSERT INTO reserve.reservations
                (id, confirmation_code, booking_intent_id, city_id, property_id, unit_id, host_booking_id, traveler_id, guest_first_name, guest_last_name,
                 guest_email, check_in, check_out, base_price, total_amount, commission_amount, net_to_property, service_tax, service_tax_rate,
                 commission_rule, quote, cancellation_policy, status, booked_at, created_at, updated_at)
            SELECT s.id, 'RC-' || upper(lpad(to_hex(s.number), 8, '0')), s.intent_id, s.city_id, s.property_id, s.unit_id, s.host_booking_id, t.id, @GuestName, @GuestName,
                   @GuestEmail, s.check_in, s.check_in + 1, s.price, s.price, s.commission, s.price - s.commission, s.service_tax, @ServiceTaxPercent,
                   '{}', '{}', '{}', 'completed', now(), now(), now()
            FROM paid_stays s
            JOIN reserve.travelers t ON lower(t.email) = @GuestEmail;

            SET session_replication_role = origin;
            """,
            new { Slug, GuestEmail, GuestName, Cpf, ServiceTaxPercent, options.PayoutProperties, options.PayoutReservations },
            commandTimeout: 0, cancellationToken: cancellation));
}
