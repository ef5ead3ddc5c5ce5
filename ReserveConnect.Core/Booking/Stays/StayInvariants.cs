using ReserveConnect.Database;

namespace ReserveConnect.Booking.Stays;

/// <summary>What stays promise.</summary>
internal static class StayInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "kept_fees_are_in_the_books",
            "The commission on a stay to which nobody came is in the books as what it became, a cancellation fee, once.",
            """
            SELECT r.id::text AS subject, format('commission %s, %s kept', r.commission_amount, coalesce(k.amount::text, 'nothing')) AS detail
            FROM reserve.reservations r
            LEFT JOIN (
                SELECT t.business_key, sum(l.amount) AS amount
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.account = 'cancellation_fee_income' AND l.direction = 'credit'
                GROUP BY t.business_key) k ON k.business_key = 'cancelfee:' || r.id
            WHERE r.status = 'no_show'
              AND coalesce(k.amount, 0) <> r.commission_amount - (
                  SELECT coalesce(sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END), 0)
                  FROM reserve.financial_ledger l
                  WHERE l.reservation_id = r.id
                    AND l.transaction_type = 'reversal'
                    AND l.account = 'commission_income')
            """),
    ];
}
