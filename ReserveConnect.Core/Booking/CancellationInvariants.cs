using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>What cancellations promise.</summary>
internal static class CancellationInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "cancelled_means_settled",
            "A booking is cancelled when its cancellation is done: every night is back, and all that was promised; and it is being cancelled as long as that is under way.",
            """
            SELECT r.id::text AS subject, format('%s, cancellation %s, nights back from %s', r.status, coalesce(c.status, 'none'), r.released_from) AS detail
            FROM reserve.reservations r
            LEFT JOIN reserve.cancellations c ON c.reservation_id = r.id AND c.status <> 'rejected'
            WHERE (r.status = 'cancelled') <> coalesce(c.status = 'done', false)
               OR (r.status = 'cancel_pending') <> coalesce(c.status = 'pending', false)
               OR (c.host_settled_at IS NOT NULL AND r.released_from IS DISTINCT FROM r.check_in)
               OR (r.status = 'cancelled' AND r.cancelled_at IS NULL)
            """),
        new(
            "cancellations_give_back_what_they_promised",
            "The refunds of a cancellation are what it promised, and the reservation says what is back.",
            """
            SELECT r.id::text AS subject, format('%s promised, %s asked for, %s back, %s noted', c.refund_amount, f.promised, f.back, r.refund_amount) AS detail
            FROM reserve.reservations r
            LEFT JOIN reserve.cancellations c ON c.reservation_id = r.id AND c.money_moved_at IS NOT NULL
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(f.amount) FILTER (WHERE f.purpose = 'cancellation'), 0) AS promised,
                       coalesce(sum(f.amount) FILTER (WHERE f.status = 'succeeded'), 0) AS back
                FROM reserve.refunds f
                WHERE f.reservation_id = r.id) f
            WHERE f.promised <> coalesce(c.refund_amount, 0)
               OR f.back <> r.refund_amount
            """),
    ];
}
