using Dapper;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>One rule that holds over the whole database at any moment.</summary>
/// <param name="Name">Stable, snake_case.</param>
/// <param name="Promise">What a broken row would mean to somebody.</param>
/// <param name="BrokenRows">A query that gives the rows that break it: <c>subject</c> and <c>detail</c>, no personal data.</param>
public sealed record Invariant(string Name, string Promise, string BrokenRows);

/// <summary>What one invariant came to.</summary>
/// <param name="Broken">How many rows break it.</param>
/// <param name="Sample">The first of them.</param>
public sealed record InvariantResult(Invariant Invariant, long Broken, IReadOnlyList<string> Sample)
{
    public bool Holds => Broken == 0;
}

/// <summary>
/// The three promises as queries: no night is sold twice, no guest is charged without a booking or a refund, the books
/// balance to the cent. <c>./reserve check</c>, the demo, the tests and every chaos run end with them.
/// </summary>
public static class Invariants
{
    private const int SampleSize = 5;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "no_night_sold_twice",
            "Every room of a night belongs to one guest; where the Host cut its allotment below that, a person was told.",
            """
            SELECT c.unit_id::text AS subject, format('%s: %s rooms, %s booked, %s held', c.date, c.allotment, c.bookings_count, c.temp_holds) AS detail
            FROM reserve.availability_calendar c
            WHERE c.effective_allotment < 0
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.exceptions e
                  WHERE e.exception_type = 'overbooked'
                    AND e.context ->> 'unit_id' = c.unit_id::text
                    AND e.status IN ('open', 'in_progress'))
            """),
        new(
            "bookings_match_reservations",
            "The calendar counts as booked exactly the nights of standing reservations.",
            """
            WITH booked AS (
                SELECT r.unit_id, night::date AS date, count(*) AS rooms
                FROM reserve.reservations r
                CROSS JOIN generate_series(r.check_in, r.check_out - 1, interval '1 day') night
                WHERE r.status NOT IN ('cancelled', 'no_show')
                GROUP BY r.unit_id, night)
            SELECT coalesce(b.unit_id, c.unit_id)::text AS subject,
                   format('%s: %s reserved, %s counted', coalesce(b.date, c.date), coalesce(b.rooms, 0), coalesce(c.bookings_count, 0)) AS detail
            FROM booked b
            FULL JOIN (SELECT unit_id, date, bookings_count FROM reserve.availability_calendar WHERE bookings_count > 0) c
                ON c.unit_id = b.unit_id AND c.date = b.date
            WHERE coalesce(b.rooms, 0) <> coalesce(c.bookings_count, 0)
            """),
        new(
            "holds_match_calendar",
            "The calendar counts as held exactly the nights of holds that stand.",
            """
            WITH held AS (
                SELECT h.unit_id, night::date AS date, count(*) AS rooms
                FROM reserve.booking_holds h
                CROSS JOIN generate_series(h.check_in, h.check_out - 1, interval '1 day') night
                WHERE h.status = 'held'
                GROUP BY h.unit_id, night)
            SELECT coalesce(h.unit_id, c.unit_id)::text AS subject,
                   format('%s: %s held, %s counted', coalesce(h.date, c.date), coalesce(h.rooms, 0), coalesce(c.temp_holds, 0)) AS detail
            FROM held h
            FULL JOIN (SELECT unit_id, date, temp_holds FROM reserve.availability_calendar WHERE temp_holds > 0) c
                ON c.unit_id = h.unit_id AND c.date = h.date
            WHERE coalesce(h.rooms, 0) <> coalesce(c.temp_holds, 0)
            """),
        new(
            "holds_match_open_intents",
            "An intent on its way holds its nights; one that has ended holds none.",
            """
            SELECT i.id::text AS subject, format('%s, %s holds', i.status, count(h.id)) AS detail
            FROM reserve.booking_intents i
            LEFT JOIN reserve.booking_holds h ON h.booking_intent_id = i.id AND h.status = 'held'
            GROUP BY i.id, i.status
            HAVING (i.status IN ('created', 'payment_pending', 'payment_confirmed', 'host_commit_pending', 'host_commit_failed') AND count(h.id) <> 1)
                OR (i.status IN ('confirmed', 'cancelled', 'expired') AND count(h.id) <> 0)
            """),
        new(
            "confirmed_means_booked",
            "A confirmed intent has one reservation, a converted hold and a booking at the Host.",
            """
            SELECT i.id::text AS subject, i.status AS detail
            FROM reserve.booking_intents i
            LEFT JOIN reserve.reservations r ON r.id = i.reservation_id AND r.booking_intent_id = i.id
            LEFT JOIN reserve.booking_holds h ON h.booking_intent_id = i.id AND h.status = 'converted'
            WHERE (i.status = 'confirmed') IS DISTINCT FROM
                  (r.id IS NOT NULL AND i.host_booking_id IS NOT DISTINCT FROM r.host_booking_id AND h.id IS NOT NULL)
            """),
        new(
            "paid_means_booked_or_refunded",
            "Money that came in is behind a booking, on its way (for a bounded time), back with the guest, or before a person.",
            """
            SELECT a.id::text AS subject, format('attempt %s of an intent that is %s', a.status, i.status) AS detail
            FROM reserve.payment_attempts a
            JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
            WHERE a.status IN ('succeeded', 'authorized')
              AND NOT (i.status = 'confirmed'
                       AND (SELECT count(*) FROM reserve.payment_attempts o WHERE o.booking_intent_id = i.id AND o.status IN ('succeeded', 'authorized')) = 1)
              AND NOT (i.status IN ('payment_confirmed', 'host_commit_pending') AND i.updated_at > now() - interval '30 minutes')
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.refunds f
                  WHERE f.payment_attempt_id = a.id
                    AND (f.status = 'succeeded' OR f.updated_at > now() - interval '2 hours'))
              AND NOT (i.status = 'confirmed' AND EXISTS (
                  SELECT 1
                  FROM reserve.payment_attempts o
                  JOIN reserve.refunds f ON f.payment_attempt_id = o.id
                  WHERE o.booking_intent_id = i.id AND o.id <> a.id))
              AND NOT (i.status = 'refund_pending' AND a.status = 'authorized')
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.exceptions e
                  WHERE e.booking_intent_id = i.id
                    AND e.status IN ('open', 'in_progress'))
            """),
        new(
            "ledger_transactions_balance",
            "Every transaction of the books has as much debit as credit, per currency.",
            """
            SELECT l.transaction_id::text AS subject, format('%s %s', sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END), l.currency) AS detail
            FROM reserve.financial_ledger l
            GROUP BY l.transaction_id, l.currency
            HAVING sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
            """),
        new(
            "trial_balance_zero",
            "All debits equal all credits, per currency.",
            """
            SELECT l.currency AS subject, sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END)::text AS detail
            FROM reserve.financial_ledger l
            GROUP BY l.currency
            HAVING sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
            """),
        new(
            "payments_in_the_books_once",
            "Each charge that brought money is one payment in the books, with the amount that was received.",
            """
            SELECT coalesce(a.id::text, b.business_key) AS subject, format('%s, %s in the books', a.amount_received, coalesce(b.amount::text, 'nothing')) AS detail
            FROM reserve.payment_attempts a
            FULL JOIN (
                SELECT t.business_key, sum(l.amount) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                WHERE t.transaction_type = 'payment'
                GROUP BY t.business_key) b ON b.business_key = 'payment:' || a.id
            WHERE coalesce(a.status IN ('succeeded', 'refunded'), false) <> (b.amount IS NOT NULL)
               OR (b.amount IS NOT NULL AND b.amount IS DISTINCT FROM a.amount_received)
            """),
        new(
            "refunds_in_the_books_once",
            "Each refund that was made is one refund in the books, with its amount.",
            """
            SELECT coalesce(f.id::text, b.business_key) AS subject, format('%s %s, %s in the books', f.status, f.amount, coalesce(b.amount::text, 'nothing')) AS detail
            FROM reserve.refunds f
            FULL JOIN (
                SELECT t.business_key, sum(l.amount) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                WHERE t.transaction_type = 'refund'
                GROUP BY t.business_key) b ON b.business_key = 'refund:' || f.id
            WHERE coalesce(f.status = 'succeeded', false) <> (b.amount IS NOT NULL)
               OR (b.amount IS NOT NULL AND b.amount <> f.amount)
            """),
        new(
            "fees_in_the_books_once",
            "Each fee that a provider reported is one fee in the books, with its amount.",
            """
            SELECT a.id::text AS subject, format('%s reported, %s in the books', a.fee_amount, coalesce(b.amount::text, 'nothing')) AS detail
            FROM reserve.payment_attempts a
            LEFT JOIN (
                SELECT t.business_key, sum(l.amount) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                WHERE t.transaction_type = 'fee'
                GROUP BY t.business_key) b ON b.business_key = 'fee:' || a.provider_charge_id
            WHERE a.status IN ('succeeded', 'refunded')
              AND coalesce(a.fee_amount, 0) <> coalesce(b.amount, 0)
            """),
        new(
            "each_provider_object_one_entry",
            "No charge, refund or booking of an external system stands behind two of ours.",
            """
            SELECT provider_payment_intent_id AS subject, format('%s attempts', count(*)) AS detail
            FROM reserve.payment_attempts
            WHERE provider_payment_intent_id IS NOT NULL
            GROUP BY provider, provider_payment_intent_id
            HAVING count(*) > 1
            UNION ALL
            SELECT provider_refund_id, format('%s refunds', count(*))
            FROM reserve.refunds
            WHERE provider_refund_id IS NOT NULL
            GROUP BY provider_refund_id
            HAVING count(*) > 1
            UNION ALL
            SELECT host_booking_id::text, format('%s reservations', count(*))
            FROM reserve.reservations
            GROUP BY host_booking_id
            HAVING count(*) > 1
            """),
        new(
            "reservations_add_up",
            "A reservation's entries in the books are its price, its property's share, its commission and its fees.",
            """
            WITH entries AS (
                SELECT l.reservation_id,
                       sum(CASE WHEN l.account = 'guest_prepayment' AND l.direction = 'debit' THEN l.amount ELSE 0 END) AS paid,
                       sum(CASE WHEN l.account = 'property_payable' AND l.direction = 'credit' THEN l.amount ELSE 0 END) AS property,
                       sum(CASE WHEN l.account = 'commission_income' AND l.direction = 'credit' THEN l.amount ELSE 0 END) AS commission,
                       sum(CASE WHEN l.account = 'service_fee_income' AND l.direction = 'credit' THEN l.amount ELSE 0 END) AS service
                FROM reserve.financial_ledger l
                JOIN reserve.ledger_transactions t ON t.id = l.transaction_id AND t.business_key = 'confirm:' || l.reservation_id
                GROUP BY l.reservation_id)
            SELECT r.id::text AS subject, format('total %s, entries %s', r.total_amount, coalesce(e.paid::text, 'none')) AS detail
            FROM reserve.reservations r
            LEFT JOIN entries e ON e.reservation_id = r.id
            WHERE e.paid IS DISTINCT FROM r.total_amount
               OR e.property <> r.net_to_property
               OR e.commission <> r.commission_amount
               OR e.service <> r.service_fee
            """),
        new(
            "prepayment_is_unconfirmed_money",
            "What guests have prepaid is exactly the money of intents that are neither confirmed nor refunded.",
            """
            WITH prepaid AS (
                SELECT l.account_id AS intent_id, sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS balance
                FROM reserve.financial_ledger l
                WHERE l.account = 'guest_prepayment'
                GROUP BY l.account_id),
            owed AS (
                SELECT a.booking_intent_id AS intent_id,
                       sum(a.amount_received) - max(CASE WHEN i.reservation_id IS NOT NULL THEN i.total_amount ELSE 0 END) AS balance
                FROM reserve.payment_attempts a
                JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
                WHERE a.status = 'succeeded'
                GROUP BY a.booking_intent_id)
            SELECT coalesce(p.intent_id, o.intent_id)::text AS subject, format('%s in the books, %s owed', coalesce(p.balance, 0), coalesce(o.balance, 0)) AS detail
            FROM prepaid p
            FULL JOIN owed o ON o.intent_id = p.intent_id
            WHERE coalesce(p.balance, 0) <> coalesce(o.balance, 0)
            """),
        new(
            "no_expired_hold_forgotten",
            "No hold outlives its end by more than the grace in which its provider is asked.",
            """
            SELECT i.id::text AS subject, format('%s since %s', i.status, i.expires_at) AS detail
            FROM reserve.booking_intents i
            WHERE i.status IN ('created', 'payment_pending')
              AND i.expires_at < greatest(now(), (SELECT max(a.created_at) FROM reserve.audit_logs a)) - interval '30 minutes'
            """),
        new(
            "each_active_unit_has_one_standard_plan",
            "A unit that is sold has one plan without dates, behind every season.",
            """
            SELECT u.id::text AS subject, format('%s standard plans', count(r.id)) AS detail
            FROM reserve.unit_map u
            LEFT JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
            WHERE u.is_active
            GROUP BY u.id
            HAVING count(r.id) <> 1
            """),
        new(
            "seasons_share_no_day",
            "Of the seasons of one unit, or of one property as a whole, one at most is in force on a day.",
            """
            SELECT a.id::text AS subject, format('shares a day with %s', b.id) AS detail
            FROM reserve.rate_plans a
            JOIN reserve.rate_plans b
              ON b.property_id = a.property_id
             AND b.unit_id IS NOT DISTINCT FROM a.unit_id
             AND b.id > a.id
             AND daterange(b.valid_from, b.valid_to, '[]') && daterange(a.valid_from, a.valid_to, '[]')
            WHERE a.is_season
              AND b.is_season
            """),
    ];

    /// <summary>Runs every invariant on one snapshot.</summary>
    public static async Task<IReadOnlyList<InvariantResult>> CheckAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var results = new List<InvariantResult>();
        foreach (var invariant in All)
        {
            var rows = (await connection.QueryAsync<(string Subject, string Detail)>(
                $"SELECT subject, detail FROM ({invariant.BrokenRows}) broken")).AsList();
            results.Add(new(invariant, rows.Count, [.. rows.Take(SampleSize).Select(r => $"{r.Subject}: {r.Detail}")]));
        }

        return results;
    }
}
