using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>What disputes and the books promise each other.</summary>
internal static class DisputeInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "disputes_in_the_books_once",
            "What a dispute took, and what came back, is in the books, with amount and fee; nothing else is there as a dispute.",
            """
            WITH booked AS (
                SELECT split_part(t.business_key, ':', 1) || ':' || split_part(t.business_key, ':', 2) AS business_key,
                       coalesce(sum(l.amount) FILTER (WHERE l.account = 'refund_expense'), 0) AS amount,
                       coalesce(sum(l.amount) FILTER (WHERE l.account IN ('stripe_fees', 'pix_fees')), 0) AS fee
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE t.transaction_type IN ('dispute', 'dispute_won')
                GROUP BY 1),
            moved AS (
                SELECT 'dispute:' || id AS business_key, withdrawn_amount AS amount, withdrawn_fee AS fee
                FROM reserve.disputes
                WHERE withdrawn_amount + withdrawn_fee > 0
                UNION ALL
                SELECT 'dispute-won:' || id, reinstated_amount, reinstated_fee
                FROM reserve.disputes
                WHERE reinstated_amount + reinstated_fee > 0)
            SELECT coalesce(m.business_key, b.business_key) AS subject,
                   format('%s and %s moved, %s and %s in the books', m.amount, m.fee, b.amount, b.fee) AS detail
            FROM moved m
            FULL JOIN booked b ON b.business_key = m.business_key
            WHERE (m.amount, m.fee) IS DISTINCT FROM (b.amount, b.fee)
            """),
        new(
            "won_disputes_net_to_zero",
            "Of a dispute that was won everything that was taken is back, the provider's fee aside.",
            """
            SELECT id::text AS subject, format('%s taken, %s back', withdrawn_amount, coalesce(reinstated_amount, 0)) AS detail
            FROM reserve.disputes
            WHERE status = 'won'
              AND withdrawn_amount IS DISTINCT FROM reinstated_amount
            """),
        new(
            "disputes_settle_what_they_took",
            "A dispute that was lost stands for no more refunds than it took, each of them in the books once; no other stands for any.",
            """
            SELECT d.id::text AS subject, format('%s, %s taken, %s settled', d.status, d.withdrawn_amount, sum(f.amount)) AS detail
            FROM reserve.disputes d
            JOIN reserve.refunds f ON f.dispute_id = d.id AND f.status = 'succeeded'
            GROUP BY d.id
            HAVING d.status <> 'lost' OR sum(f.amount) > d.withdrawn_amount - coalesce(d.reinstated_amount, 0)
            UNION ALL
            SELECT coalesce(f.id::text, b.refund_id), format('%s settled, %s in the books', coalesce(f.amount, 0), coalesce(b.amount, 0))
            FROM (SELECT id, amount FROM reserve.refunds WHERE dispute_id IS NOT NULL AND status = 'succeeded') f
            FULL JOIN (
                SELECT split_part(t.business_key, ':', 2) AS refund_id, sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.account = 'refund_expense'
                WHERE t.transaction_type IN ('dispute_settled', 'dispute_unsettled')
                GROUP BY split_part(t.business_key, ':', 2)) b ON b.refund_id = f.id::text
            WHERE coalesce(f.amount, 0) <> coalesce(b.amount, 0)
            """),
    ];
}
