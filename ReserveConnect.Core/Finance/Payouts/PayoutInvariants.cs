using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts;

/// <summary>What payouts promise.</summary>
internal static class PayoutInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "payouts_add_up",
            "What a payout comes to is the sum of its lines, and what is carried over leaves nothing to send.",
            """
            SELECT p.id::text AS subject, format('gross %s, commission %s, tax %s, net %s; lines %s', p.gross_amount, p.commission_amount, p.tax_amount, p.net_amount, coalesce(i.amount, 0)) AS detail
            FROM reserve.payouts p
            LEFT JOIN (
                SELECT payout_id, sum(gross_amount) AS gross, sum(commission_amount) AS commission, sum(tax_amount) AS tax, sum(amount) AS amount
                FROM reserve.payout_items
                GROUP BY payout_id) i ON i.payout_id = p.id
            WHERE (p.gross_amount, p.commission_amount, p.tax_amount, p.net_amount) IS DISTINCT FROM (i.gross, i.commission, i.tax, i.amount)
            """),
        new(
            "payout_lines_are_the_books",
            "A line of a payout is what the books owe the property by its transaction.",
            """
            SELECT format('%s line %s', i.payout_id, i.line) AS subject, format('%s, books %s', i.amount, coalesce(l.amount, 0)) AS detail
            FROM reserve.payout_items i
            LEFT JOIN (
                SELECT l.transaction_id, l.account_id, sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS amount
                FROM reserve.financial_ledger l
                WHERE l.account = 'property_payable'
                GROUP BY l.transaction_id, l.account_id) l ON l.transaction_id = i.transaction_id AND l.account_id = i.property_id
            WHERE i.transaction_id IS NOT NULL
              AND i.amount IS DISTINCT FROM l.amount
            """),
        new(
            "payouts_are_posted",
            "A payout that was sent is in the books with what was sent, what came back of it with that, whole or in parts, and no other is.",
            """
            SELECT p.id::text AS subject, format('%s, net %s, posted %s, returned %s, reversed %s, in parts %s', p.status, p.net_amount, coalesce(s.cash, 0), p.returned_amount, coalesce(r.cash, 0), coalesce(b.cash, 0)) AS detail
            FROM reserve.payouts p
            LEFT JOIN LATERAL (
                SELECT sum(l.amount) AS cash
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE t.business_key = 'payout:' || p.id
                  AND l.account IN ('cash_stripe', 'cash_pix')
                  AND l.direction = 'credit') s ON true
            LEFT JOIN LATERAL (
                SELECT sum(l.amount) AS cash
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE t.business_key = 'payout-reversal:' || p.id
                  AND l.account IN ('cash_stripe', 'cash_pix')
                  AND l.direction = 'debit') r ON true
            LEFT JOIN (
                SELECT split_part(t.business_key, ':', 2)::uuid AS payout_id, sum(l.amount) AS cash
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id
                WHERE t.transaction_type = 'payout_return'
                  AND l.account IN ('cash_stripe', 'cash_pix')
                  AND l.direction = 'debit'
                GROUP BY split_part(t.business_key, ':', 2)) b ON b.payout_id = p.id
            WHERE coalesce(s.cash, 0) <> CASE WHEN p.status IN ('completed', 'returned') THEN p.net_amount ELSE 0 END
               OR coalesce(r.cash, 0) <> CASE WHEN p.status = 'returned' THEN p.net_amount ELSE 0 END
               OR coalesce(r.cash, 0) + coalesce(b.cash, 0) <> p.returned_amount
            """),
        new(
            "released_lines_are_of_dead_payouts",
            "Exactly the lines of payouts that came to nothing are released.",
            """
            SELECT format('%s line %s', i.payout_id, i.line) AS subject, format('%s, live %s', p.status, i.is_live) AS detail
            FROM reserve.payout_items i
            JOIN reserve.payouts p ON p.id = i.payout_id
            WHERE i.is_live = (p.status IN ('rejected', 'returned'))
            """),
        new(
            "payable_is_what_payouts_will_pay",
            "What properties are owed is what payouts under way and payouts to come will pay, less what these take over.",
            """
            WITH parts AS (
                SELECT l.account_id AS property_id, CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END AS amount
                FROM reserve.financial_ledger l
                WHERE l.account_type = 'property'
                  AND l.currency = 'BRL'
                  AND (l.account = 'property_payable' OR l.transaction_type <> 'adjustment')
                UNION ALL
                SELECT t.property_id, -t.amount
                FROM reserve.payable_transactions t
                UNION ALL
                SELECT p.property_id, -(p.net_amount + p.tax_amount)
                FROM reserve.payouts p
                WHERE p.status IN ('pending_approval', 'approved', 'processing', 'failed')
                UNION ALL
                SELECT i.property_id, i.amount
                FROM reserve.payout_items i
                WHERE i.kind = 'carried_out'
                  AND NOT EXISTS (SELECT FROM reserve.payout_items taken WHERE taken.carried_from = i.payout_id AND taken.is_live))
            SELECT property_id::text AS subject, format('the books owe %s more than payouts will pay', sum(amount)) AS detail
            FROM parts
            GROUP BY property_id
            HAVING sum(amount) <> 0
            """),
    ];
}
