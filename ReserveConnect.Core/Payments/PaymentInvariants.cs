using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>What money at the providers and money in the books promise each other.</summary>
internal static class PaymentInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "paid_means_booked_or_refunded",
            "Money that came in is behind a booking, on its way (for a bounded time, or until its dispute ends), back with the guest, or before a person.",
            """
            WITH owners AS (
                SELECT i.id AS intent_id, coalesce(r.booking_intent_id, i.id) AS id
                FROM reserve.booking_intents i
                LEFT JOIN reserve.reservations r ON r.id = i.modifies_reservation_id AND i.status = 'confirmed'),
            paid AS (
                SELECT o.id AS booking_intent_id,
                       coalesce(sum(a.amount_received) FILTER (WHERE a.status IN ('succeeded', 'refunded')), 0) AS received,
                       coalesce(sum(a.amount) FILTER (WHERE a.status = 'authorized'), 0) AS reserved
                FROM reserve.payment_attempts a
                JOIN owners o ON o.intent_id = a.booking_intent_id
                WHERE a.status IN ('succeeded', 'refunded', 'authorized')
                GROUP BY o.id),
            back AS (
                SELECT o.id AS booking_intent_id,
                       sum(f.amount) FILTER (
                           WHERE f.status = 'succeeded'
                              OR f.updated_at > now() - interval '2 hours'
                              OR d.status IN ('needs_response', 'under_review')) AS amount,
                       sum(f.amount) FILTER (WHERE f.reservation_id IS NOT NULL AND f.purpose IN ('goodwill', 'by_hand')) AS given
                FROM reserve.refunds f
                JOIN owners o ON o.intent_id = f.booking_intent_id
                LEFT JOIN reserve.disputes d ON d.id = f.dispute_id
                GROUP BY o.id),
            booked AS (
                SELECT r.booking_intent_id,
                       r.total_amount - coalesce(c.refund_amount, 0) + coalesce((
                           SELECT sum((m.modification ->> 'kept')::numeric + (m.modification ->> 'given_before')::numeric)
                           FROM reserve.booking_intents m
                           WHERE m.modifies_reservation_id = r.id
                             AND m.status = 'confirmed'), 0) AS amount
                FROM reserve.reservations r
                LEFT JOIN reserve.cancellations c ON c.reservation_id = r.id AND c.money_moved_at IS NOT NULL)
            SELECT i.id::text AS subject,
                   format('%s received, %s reserved, %s back, %s for a booking; %s', p.received, p.reserved, coalesce(b.amount, 0), coalesce(k.amount, 0), i.status) AS detail
            FROM paid p
            JOIN reserve.booking_intents i ON i.id = p.booking_intent_id
            LEFT JOIN back b ON b.booking_intent_id = i.id
            LEFT JOIN booked k ON k.booking_intent_id = i.id AND i.status = 'confirmed'
            WHERE p.received + p.reserved - coalesce(b.amount, 0) <> coalesce(k.amount, 0) - CASE WHEN k.amount IS NULL THEN 0 ELSE coalesce(b.given, 0) END
              AND NOT (i.status IN ('payment_confirmed', 'host_commit_pending') AND i.updated_at > now() - interval '30 minutes')
              AND NOT (i.status = 'refund_pending' AND p.reserved > 0)
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.exceptions e
                  JOIN owners o ON o.intent_id = e.booking_intent_id
                  WHERE o.id = i.id
                    AND e.status IN ('open', 'in_progress'))
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
            "Each refund that was made is in the books with its amount, once; one that was taken back is there no more.",
            """
            SELECT coalesce(f.id::text, b.refund_id) AS subject, format('%s %s, %s in the books', f.status, f.amount, coalesce(b.amount, 0)) AS detail
            FROM reserve.refunds f
            FULL JOIN (
                SELECT split_part(t.business_key, ':', 2) AS refund_id, sum(CASE t.transaction_type WHEN 'refund' THEN l.amount ELSE -l.amount END) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.direction = 'debit'
                WHERE t.transaction_type IN ('refund', 'refund_reversal')
                GROUP BY split_part(t.business_key, ':', 2)) b ON b.refund_id = f.id::text
            WHERE f.id IS NULL
               OR coalesce(b.amount, 0) <> CASE f.status WHEN 'succeeded' THEN f.amount ELSE 0 END
            """),
        new(
            "refunds_within_payments",
            "No more goes back than came in, and a payment that is refunded is back to the cent.",
            """
            SELECT a.id::text AS subject, format('%s %s, %s to go back, %s back', a.status, a.amount_received, f.asked, f.made) AS detail
            FROM reserve.payment_attempts a
            JOIN LATERAL (
                SELECT coalesce(sum(f.amount), 0) AS asked, coalesce(sum(f.amount) FILTER (WHERE f.status = 'succeeded'), 0) AS made
                FROM reserve.refunds f
                WHERE f.payment_attempt_id = a.id) f ON true
            WHERE f.asked > coalesce(a.amount_received, 0)
               OR (a.status = 'refunded') <> (f.made > 0 AND f.made = a.amount_received)
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
    ];
}
