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
            "entries_have_their_transaction",
            "Every entry belongs to a transaction of the journal, and its account to the chart.",
            """
            SELECT l.id::text AS subject, format('transaction %s, account %s', l.transaction_id, l.account) AS detail
            FROM reserve.financial_ledger l
            LEFT JOIN reserve.ledger_transactions t ON t.id = l.transaction_id
            LEFT JOIN reserve.ledger_accounts a ON a.code = l.account
            WHERE t.id IS NULL
               OR a.code IS NULL
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
            "kept_balances_are_the_sums",
            "The kept balances are the sums of the sealed entries.",
            """
            WITH sums AS (
                SELECT l.currency, l.account, reserve.kept_account_id(l.account_type, l.account_id) AS account_id, l.tax_type,
                       coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0) AS debits,
                       coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0) AS credits, count(*) AS entries
                FROM reserve.financial_ledger l
                WHERE NOT EXISTS (SELECT FROM reserve.ledger_unsealed u WHERE u.transaction_id = l.transaction_id)
                GROUP BY 1, 2, 3, 4)
            SELECT format('%s %s %s', coalesce(s.account, b.account), coalesce(s.account_id, b.account_id), coalesce(s.tax_type, b.tax_type)) AS subject,
                   format('kept %s and %s, entries %s and %s', b.debits, b.credits, s.debits, s.credits) AS detail
            FROM sums s
            FULL JOIN reserve.ledger_balances b
                ON (b.currency, b.account, coalesce(b.account_id::text, ''), coalesce(b.tax_type, ''))
                 = (s.currency, s.account, coalesce(s.account_id::text, ''), coalesce(s.tax_type, ''))
            WHERE (s.debits, s.credits, s.entries) IS DISTINCT FROM (b.debits, b.credits, b.entries)
            """),
        new(
            "kept_days_are_the_sums",
            "The kept days of the books are the sums of their sealed entries.",
            """
            WITH sums AS (
                SELECT reserve.book_date(l.created_at) AS book_date, l.currency, l.account,
                       reserve.kept_account_id(l.account_type, l.account_id) AS account_id, l.tax_type, l.property_id, l.transaction_type,
                       coalesce(sum(l.amount) FILTER (WHERE l.direction = 'debit'), 0) AS debits,
                       coalesce(sum(l.amount) FILTER (WHERE l.direction = 'credit'), 0) AS credits, count(*) AS entries
                FROM reserve.financial_ledger l
                WHERE NOT EXISTS (SELECT FROM reserve.ledger_unsealed u WHERE u.transaction_id = l.transaction_id)
                GROUP BY 1, 2, 3, 4, 5, 6, 7)
            SELECT format('%s %s %s', coalesce(s.book_date, d.book_date), coalesce(s.account, d.account), coalesce(s.property_id, d.property_id)) AS subject,
                   format('kept %s and %s, entries %s and %s', d.debits, d.credits, s.debits, s.credits) AS detail
            FROM sums s
            FULL JOIN reserve.ledger_days d
                ON (d.book_date, d.currency, d.account, coalesce(d.account_id::text, ''), coalesce(d.tax_type, ''), coalesce(d.property_id::text, ''), d.transaction_type)
                 = (s.book_date, s.currency, s.account, coalesce(s.account_id::text, ''), coalesce(s.tax_type, ''), coalesce(s.property_id::text, ''), s.transaction_type)
            WHERE (s.debits, s.credits, s.entries) IS DISTINCT FROM (d.debits, d.credits, d.entries)
            """),
        new(
            "kept_day_totals_are_the_sums",
            "The kept totals of a day of the books are the sums of its kept accounts.",
            """
            SELECT format('%s %s', coalesce(s.book_date, t.book_date), coalesce(s.account, t.account)) AS subject,
                   format('kept %s and %s, days %s and %s', t.debits, t.credits, s.debits, s.credits) AS detail
            FROM (
                SELECT d.book_date, d.currency, d.account, sum(d.debits) AS debits, sum(d.credits) AS credits, sum(d.entries) AS entries
                FROM reserve.ledger_days d
                GROUP BY d.book_date, d.currency, d.account) s
            FULL JOIN reserve.ledger_day_totals t ON (t.book_date, t.currency, t.account) = (s.book_date, s.currency, s.account)
            WHERE (s.debits, s.credits, s.entries) IS DISTINCT FROM (t.debits, t.credits, t.entries)
            """),
        new(
            "ledger_chain_holds",
            "Every posted transaction is a link of the chain or waits to be one, and says what it said when it became one.",
            """
            SELECT t.business_key AS subject, 'neither in the chain nor waiting for it, or both' AS detail
            FROM reserve.ledger_transactions t
            LEFT JOIN reserve.ledger_seals s ON s.transaction_id = t.id
            LEFT JOIN reserve.ledger_unsealed u ON u.transaction_id = t.id
            WHERE (s.transaction_id IS NULL) = (u.transaction_id IS NULL)
            UNION ALL
            SELECT format('link %s', s.position), 'the transaction does not say what it said when it was sealed'
            FROM reserve.ledger_seals s
            LEFT JOIN reserve.ledger_contents c ON c.transaction_id = s.transaction_id
            WHERE s.content_hash IS DISTINCT FROM c.content_hash
            UNION ALL
            SELECT format('link %s', l.position), 'does not follow from the link before it'
            FROM (
                SELECT s.position, s.content_hash, s.chain_hash,
                       lag(s.chain_hash) OVER chain AS before,
                       row_number() OVER chain AS place
                FROM reserve.ledger_seals s
                WINDOW chain AS (ORDER BY s.position)) l
            WHERE l.position <> l.place
               OR l.chain_hash IS DISTINCT FROM reserve.chain_hash(l.before, l.content_hash)
            """),
        new(
            "reservations_add_up",
            "A reservation's entries in the books are its price and everybody's share of it, less what its cancellation gave back.",
            """
            WITH entries AS (
                SELECT l.reservation_id,
                       sum(-s.amount) FILTER (WHERE l.account = 'guest_prepayment') AS paid,
                       sum(s.amount) FILTER (WHERE l.account = 'property_payable') AS property,
                       sum(s.amount) FILTER (WHERE l.account = 'commission_income') AS commission,
                       sum(s.amount) FILTER (WHERE l.account = 'service_fee_income') AS service,
                       sum(s.amount) FILTER (WHERE l.account = 'tax_payable' AND l.tax_type = 'BOOKING') AS tax,
                       sum(s.amount) FILTER (WHERE l.account = 'tax_payable' AND l.tax_type = 'ISS') AS service_tax
                FROM reserve.financial_ledger l
                CROSS JOIN LATERAL (SELECT CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END AS amount) s
                WHERE l.transaction_type IN ('commission', 'tax', 'modification', 'cancellation')
                GROUP BY l.reservation_id),
            fees AS (
                SELECT l.reservation_id, sum(l.amount) AS amount
                FROM reserve.financial_ledger l
                WHERE l.transaction_type = 'cancellation_fee'
                  AND l.account = 'cancellation_fee_income'
                  AND l.direction = 'credit'
                GROUP BY l.reservation_id),
            reversals AS (
                SELECT l.reservation_id, sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) AS commission
                FROM reserve.financial_ledger l
                WHERE l.transaction_type = 'reversal'
                  AND l.account = 'commission_income'
                GROUP BY l.reservation_id)
            SELECT r.id::text AS subject, format('total %s, entries %s', r.total_amount, coalesce(e.paid::text, 'none')) AS detail
            FROM reserve.reservations r
            LEFT JOIN entries e ON e.reservation_id = r.id
            LEFT JOIN fees f ON f.reservation_id = r.id
            LEFT JOIN reversals v ON v.reservation_id = r.id
            LEFT JOIN reserve.cancellations c ON c.reservation_id = r.id AND c.money_moved_at IS NOT NULL
            WHERE e.paid IS DISTINCT FROM r.total_amount - coalesce(c.refund_amount, 0)
               OR coalesce(e.property, 0) <> r.net_to_property - coalesce(c.reversed_property, 0)
               OR coalesce(e.commission, 0) <> r.commission_amount - coalesce(c.reversed_commission, 0)
               OR coalesce(e.service, 0) <> r.service_fee - coalesce(c.reversed_service_fee, 0)
               OR coalesce(e.tax, 0) <> r.taxes - coalesce(c.reversed_tax, 0)
               OR coalesce(e.service_tax, 0) <> r.service_tax - coalesce(c.reversed_service_tax, 0)
               OR coalesce(f.amount, 0) <> coalesce(c.kept_commission, CASE r.status WHEN 'no_show' THEN r.commission_amount - coalesce(v.commission, 0) ELSE 0 END)
            """),
        new(
            "no_share_below_nothing",
            "Of a booking's price nobody has less than nothing in the books, whatever was changed and given back.",
            """
            SELECT l.reservation_id::text AS subject, format('%s %s: %s', l.account, l.tax_type, sum(s.amount)) AS detail
            FROM reserve.financial_ledger l
            CROSS JOIN LATERAL (SELECT CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END AS amount) s
            WHERE l.transaction_type IN ('commission', 'tax', 'modification', 'reversal', 'cancellation')
              AND l.account IN ('property_payable', 'commission_income', 'service_fee_income', 'tax_payable')
            GROUP BY l.reservation_id, l.account, l.tax_type
            HAVING sum(s.amount) < 0
            """),
        new(
            "prepayment_is_unconfirmed_money",
            "What guests have prepaid is exactly the money that is neither in a booking's shares nor back with them.",
            """
            WITH prepaid AS (
                SELECT l.account_id AS intent_id, sum(CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END) AS balance
                FROM reserve.financial_ledger l
                WHERE l.account = 'guest_prepayment'
                GROUP BY l.account_id),
            moves AS (
                SELECT a.booking_intent_id AS intent_id, a.amount_received AS amount
                FROM reserve.payment_attempts a
                WHERE a.status IN ('succeeded', 'refunded')
                UNION ALL
                SELECT f.booking_intent_id, -f.amount
                FROM reserve.refunds f
                WHERE f.status = 'succeeded'
                UNION ALL
                SELECT r.booking_intent_id, -r.total_amount
                FROM reserve.reservations r
                UNION ALL
                SELECT m.id, -(m.modification ->> 'kept')::numeric - (m.modification ->> 'given_before')::numeric
                FROM reserve.booking_intents m
                WHERE m.modifies_reservation_id IS NOT NULL
                  AND m.status = 'confirmed'
                UNION ALL
                SELECT c.booking_intent_id, c.refund_amount
                FROM reserve.cancellations c
                WHERE c.money_moved_at IS NOT NULL
                UNION ALL
                SELECT f.booking_intent_id, f.amount
                FROM reserve.refunds f
                WHERE f.reservation_id IS NOT NULL
                  AND f.purpose IN ('goodwill', 'by_hand')
                UNION ALL
                SELECT l.account_id, CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
                FROM reserve.financial_ledger l
                WHERE l.account = 'guest_prepayment'
                  AND l.transaction_type = 'adjustment'),
            owed AS (
                SELECT coalesce(r.booking_intent_id, i.id) AS intent_id, sum(m.amount) AS balance
                FROM moves m
                JOIN reserve.booking_intents i ON i.id = m.intent_id
                LEFT JOIN reserve.reservations r ON r.id = i.modifies_reservation_id
                GROUP BY coalesce(r.booking_intent_id, i.id))
            SELECT coalesce(p.intent_id, o.intent_id)::text AS subject, format('%s in the books, %s owed', coalesce(p.balance, 0), coalesce(o.balance, 0)) AS detail
            FROM prepaid p
            FULL JOIN owed o ON o.intent_id = p.intent_id
            WHERE coalesce(p.balance, 0) <> coalesce(o.balance, 0)
            """),
    ];
}
