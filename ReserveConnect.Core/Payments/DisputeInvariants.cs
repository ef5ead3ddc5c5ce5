using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>What disputes and the books promise each other.</summary>
internal static class DisputeInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "disputes_in_the_books_once",
            "What a dispute took, and what came back, is in the books once each, with amount and fee; nothing else is there as a dispute.",
            """
            WITH booked AS (
                SELECT t.business_key,
                       sum(l.amount) FILTER (WHERE l.account = 'refund_expense') AS amount,
                       coalesce(sum(l.amount) FILTER (WHERE l.account = 'stripe_fees'), 0) AS fee
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE t.transaction_type IN ('dispute', 'dispute_won')
                GROUP BY t.business_key),
            moved AS (
                SELECT 'dispute:' || id AS business_key, withdrawn_amount AS amount, withdrawn_fee AS fee
                FROM reserve.disputes
                WHERE withdrawn_amount IS NOT NULL
                UNION ALL
                SELECT 'dispute-won:' || id, reinstated_amount, reinstated_fee
                FROM reserve.disputes
                WHERE reinstated_amount IS NOT NULL)
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
    ];
}
