using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>What money at the providers and money in the books promise each other.</summary>
internal static class PaymentInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
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
    ];
}
