using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>What nights, holds, intents and reservations promise each other.</summary>
internal static class BookingInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "no_night_sold_twice",
            "Every room of a night belongs to one guest; where the Host cut its allotment below that, a person was told.",
            """
            SELECT c.unit_id::text AS subject, format('%s: %s rooms, %s booked, %s held', c.date, c.allotment, c.bookings_count, c.temp_holds) AS detail
            FROM reserve.availability_calendar c
            WHERE c.effective_allotment < 0
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.exceptions e
                  WHERE e.exception_type = 'overbooked'
                    AND e.context ->> 'unit_id' = c.unit_id::text
                    AND e.status IN ('open', 'in_progress'))
            """),
        new(
            "bookings_match_reservations",
            "The calendar counts as booked exactly the nights that reservations take and have not given back.",
            """
            WITH booked AS (
                SELECT r.unit_id, night::date AS date, count(*) AS rooms
                FROM reserve.reservations r
                CROSS JOIN generate_series(r.check_in, coalesce(r.released_from, r.check_out) - 1, interval '1 day') night
                GROUP BY r.unit_id, night)
            SELECT coalesce(b.unit_id, c.unit_id)::text AS subject,
                   format('%s: %s reserved, %s counted', coalesce(b.date, c.date), coalesce(b.rooms, 0), coalesce(c.bookings_count, 0)) AS detail
            FROM booked b
            FULL JOIN (SELECT unit_id, date, bookings_count FROM reserve.availability_calendar WHERE bookings_count > 0) c
                ON c.unit_id = b.unit_id AND c.date = b.date
            WHERE coalesce(b.rooms, 0) <> coalesce(c.bookings_count, 0)
            """),
        new(
            "holds_match_calendar",
            "The calendar counts as held exactly the nights of holds that stand.",
            """
            WITH held AS (
                SELECT h.unit_id, night::date AS date, count(*) AS rooms
                FROM reserve.booking_holds h
                CROSS JOIN generate_series(h.check_in, h.check_out - 1, interval '1 day') night
                WHERE h.status = 'held'
                  AND (h.kept_from IS NULL OR night < h.kept_from OR night >= h.kept_to)
                GROUP BY h.unit_id, night)
            SELECT coalesce(h.unit_id, c.unit_id)::text AS subject,
                   format('%s: %s held, %s counted', coalesce(h.date, c.date), coalesce(h.rooms, 0), coalesce(c.temp_holds, 0)) AS detail
            FROM held h
            FULL JOIN (SELECT unit_id, date, temp_holds FROM reserve.availability_calendar WHERE temp_holds > 0) c
                ON c.unit_id = h.unit_id AND c.date = h.date
            WHERE coalesce(h.rooms, 0) <> coalesce(c.temp_holds, 0)
            """),
        new(
            "holds_match_open_intents",
            "An intent on its way holds its nights; one that has ended holds none.",
            """
            SELECT i.id::text AS subject, format('%s, %s holds', i.status, count(h.id)) AS detail
            FROM reserve.booking_intents i
            LEFT JOIN reserve.booking_holds h ON h.booking_intent_id = i.id AND h.status = 'held'
            GROUP BY i.id, i.status
            HAVING (i.status IN ('created', 'payment_pending', 'payment_confirmed', 'host_commit_pending', 'host_commit_failed') AND count(h.id) <> 1)
                OR (i.status IN ('confirmed', 'cancelled', 'expired') AND count(h.id) <> 0)
            """),
        new(
            "confirmed_means_booked",
            "A confirmed intent has one reservation, which it became or changed, a converted hold and a booking at the Host.",
            """
            SELECT i.id::text AS subject, i.status AS detail
            FROM reserve.booking_intents i
            LEFT JOIN reserve.reservations r ON r.id = i.reservation_id AND (r.booking_intent_id = i.id OR r.id = i.modifies_reservation_id)
            LEFT JOIN reserve.booking_holds h ON h.booking_intent_id = i.id AND h.status = 'converted'
            WHERE (i.status = 'confirmed') IS DISTINCT FROM
                  (r.id IS NOT NULL AND i.host_booking_id IS NOT DISTINCT FROM r.host_booking_id AND h.id IS NOT NULL)
            """),
        new(
            "left_means_not_booked",
            "Whose guest has left before the booking stood becomes none.",
            """
            SELECT i.id::text AS subject, format('left at %s, %s', i.cancel_requested_at, i.status) AS detail
            FROM reserve.booking_intents i
            WHERE i.cancel_requested_at IS NOT NULL
              AND (i.status = 'confirmed' OR i.reservation_id IS NOT NULL)
            """),
        new(
            "no_expired_hold_forgotten",
            "No hold outlives its end by more than the grace in which its provider is asked.",
            """
            SELECT i.id::text AS subject, format('%s since %s', i.status, i.expires_at) AS detail
            FROM reserve.booking_intents i
            WHERE i.status IN ('created', 'payment_pending')
              AND i.expires_at < greatest(now(), (SELECT max(a.created_at) FROM reserve.audit_logs a)) - interval '30 minutes'
            """),
    ];
}
