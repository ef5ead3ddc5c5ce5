using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Booking;

/// <summary>Nights that a reservation has taken and gives back.</summary>
public static class StayNights
{
    /// <summary>
    /// Gives back every night from <paramref name="from"/> on that has not gone back before. The caller has locked the
    /// reservation; nights are locked in date order.
    /// </summary>
    /// <param name="unit">The transaction.</param>
    /// <param name="reservation">As it stands.</param>
    /// <param name="from">The first night that goes back.</param>
    /// <param name="now">UTC instant.</param>
    /// <exception cref="InvalidOperationException">The calendar lacks one of them.</exception>
    public static async Task GiveBackAsync(UnitOfWork unit, Reservation reservation, DateOnly from, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(reservation);
        var to = reservation.ReleasedFrom ?? reservation.CheckOut;
        if (from >= to)
        {
            return;
        }

        var nights = await unit.Connection.ExecuteAsync(
            """
            WITH stay AS (
                SELECT unit_id, date
                FROM reserve.availability_calendar
                WHERE unit_id = @UnitId
                  AND date >= @from
                  AND date < @to
                ORDER BY date
                FOR UPDATE)
            UPDATE reserve.availability_calendar c
            SET bookings_count = c.bookings_count - 1,
                updated_at = @now
            FROM stay
            WHERE c.unit_id = stay.unit_id
              AND c.date = stay.date
            """,
            new { reservation.UnitId, from, to, now });
        if (nights != to.DayNumber - from.DayNumber)
        {
            throw new InvalidOperationException($"reservation {reservation.Id} covers nights that the calendar lacks");
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.reservations SET released_from = @from, updated_at = @now WHERE id = @Id", new { reservation.Id, from, now });
        await Outbox.AppendAsync(
            unit, "booking.nights_released", "reservation", reservation.Id, new { reservation.UnitId, CheckIn = from, CheckOut = to }, now);
    }
}
