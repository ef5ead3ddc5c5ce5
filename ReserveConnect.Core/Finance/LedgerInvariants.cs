using ReserveConnect.Database;

namespace ReserveConnect.Finance;

/// <summary>What the books promise.</summary>
internal static class LedgerInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
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
    ];
}
