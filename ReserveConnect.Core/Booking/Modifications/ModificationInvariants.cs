using ReserveConnect.Database;

namespace ReserveConnect.Booking.Modifications;

/// <summary>What changes of bookings promise.</summary>
internal static class ModificationInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "modified_means_moved",
            "A booking is the stay of the last change that was made of it.",
            """
            SELECT r.id::text AS subject, format('%s to %s, changed to %s to %s', r.check_in, r.check_out, m.check_in, m.check_out) AS detail
            FROM reserve.reservations r
            JOIN LATERAL (
                SELECT i.*
                FROM reserve.booking_intents i
                WHERE i.modifies_reservation_id = r.id
                  AND i.status = 'confirmed'
                ORDER BY i.id DESC
                LIMIT 1) m ON true
            WHERE (r.unit_id, r.check_in, r.check_out, r.guests_adults, r.guests_children, r.guests_infants, r.total_amount)
               <> (m.unit_id, m.check_in, m.check_out, m.guests_adults, m.guests_children, m.guests_infants, m.total_amount)
            """),
        new(
            "modifications_add_up",
            "What a change was to cost was paid, given back and kept, once, in rows and books; one that was not made moved nothing.",
            """
            WITH prices AS (
                SELECT i.id, i.status = 'confirmed' AS is_made, i.total_amount, i.amount_due,
                       (i.modification ->> 'old_total')::numeric AS old_total,
                       (i.modification ->> 'refund')::numeric AS refund,
                       (i.modification ->> 'kept')::numeric AS kept,
                       (i.modification ->> 'given_before')::numeric AS given_before
                FROM reserve.booking_intents i
                WHERE i.modifies_reservation_id IS NOT NULL),
            books AS (
                SELECT split_part(t.business_key, ':', 2) AS modification,
                       sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FILTER (WHERE t.transaction_type = 'modification') AS moved,
                       sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FILTER (WHERE t.transaction_type = 'modification_fee') AS kept,
                       sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) FILTER (WHERE t.business_key LIKE 'restore:%' OR t.business_key LIKE 'gift-used:%') AS given_before
                FROM reserve.ledger_transactions t
                JOIN reserve.financial_ledger l ON l.transaction_id = t.id AND l.account = 'guest_prepayment'
                WHERE t.transaction_type IN ('modification', 'modification_fee')
                   OR t.business_key LIKE 'restore:%'
                   OR t.business_key LIKE 'gift-used:%'
                GROUP BY split_part(t.business_key, ':', 2))
            SELECT p.id::text AS subject,
                   format(
                       'from %s to %s, %s due, %s back, %s kept, %s given before; %s, %s and %s in the books',
                       p.old_total, p.total_amount, p.amount_due, p.refund, p.kept, p.given_before, b.moved, b.kept, b.given_before) AS detail
            FROM prices p
            LEFT JOIN books b ON b.modification = p.id::text
            WHERE p.amount_due - p.refund - p.kept - p.given_before <> p.total_amount - p.old_total
               OR coalesce(b.moved, 0) <> CASE WHEN p.is_made THEN p.total_amount - p.old_total ELSE 0 END
               OR coalesce(b.kept, 0) <> CASE WHEN p.is_made THEN p.kept ELSE 0 END
               OR coalesce(b.given_before, 0) <> CASE WHEN p.is_made THEN p.given_before ELSE 0 END
               OR p.refund <> (
                   SELECT CASE WHEN p.is_made THEN coalesce(sum(f.amount), 0) ELSE p.refund END
                   FROM reserve.refunds f
                   WHERE f.booking_intent_id = p.id
                     AND f.purpose = 'modification')
            """),
    ];
}
