using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking;

/// <summary>Nights taken by a hold, and what they cost from when they were locked.</summary>
/// <param name="Nights">In date order; fewer than the stay has means that the caller must roll back.</param>
/// <param name="Offer">Null: the unit is not sold any more.</param>
public sealed record HeldStay(CalendarNight[] Nights, UnitOffer? Offer);

/// <summary>
/// Claims on nights. Rows of the calendar are locked in date order; a hold is ended exactly once, by whoever ends its
/// row, and only that one moves the counters.
/// </summary>
public static class Holds
{
    // Two statements: the second sees what the winners of the row locks have left.
    private const string Take =
        """
        SELECT date
        FROM reserve.availability_calendar
        WHERE unit_id = @unitId
          AND date >= @checkIn
          AND date < @checkOut
        ORDER BY date
        FOR UPDATE;

        UPDATE reserve.availability_calendar
        SET temp_holds = temp_holds + 1,
            updated_at = @now
        WHERE unit_id = @unitId
          AND date >= @checkIn
          AND date < @checkOut
          AND is_available
          AND effective_allotment > 0
        RETURNING date, is_available, effective_allotment, price, min_stay, max_stay, closed_to_arrival, closed_to_departure
        """;

    /// <summary>
    /// Takes one room of every night of the stay for an intent, or reports which nights could be had; and reads once more what
    /// the unit costs. One round trip.
    /// </summary>
    public static async Task<HeldStay> TakeStayAsync(UnitOfWork unit, Guid unitId, DateOnly checkIn, DateOnly checkOut, DateTimeOffset now)
    {
        await using var results = await unit.Connection.QueryMultipleAsync(
            $"""
            {Take};

            {UnitOfferSql.Select}
              AND u.id = @unitId
            """,
            new { unitId, checkIn, checkOut, now });
        var nights = await ReadNightsAsync(results);
        return new(nights, (await results.ReadSingleOrDefaultAsync<OfferRow>())?.ToOffer());
    }

    /// <summary>Takes one room of every night of a stay whose price stands already.</summary>
    /// <returns>Whether there was one in each; the caller must roll back if not.</returns>
    public static async Task<bool> TakeNightsAsync(UnitOfWork unit, Guid unitId, DateOnly checkIn, DateOnly checkOut, DateTimeOffset now)
    {
        await using var results = await unit.Connection.QueryMultipleAsync(Take, new { unitId, checkIn, checkOut, now });
        return (await ReadNightsAsync(results)).Length == checkOut.DayNumber - checkIn.DayNumber;
    }

    private static async Task<CalendarNight[]> ReadNightsAsync(SqlMapper.GridReader results)
    {
        await results.ReadAsync<DateOnly>();
        // What an UPDATE returns is in no order.
        return [.. (await results.ReadAsync<CalendarNight>()).OrderBy(night => night.Date)];
    }

    /// <summary>Records whose the taken nights are, and tells the search index.</summary>
    public static async Task RecordAsync(
        UnitOfWork unit, Guid intentId, Guid unitId, DateOnly checkIn, DateOnly checkOut, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.booking_holds (id, booking_intent_id, unit_id, check_in, check_out, taken_at)
            VALUES (@Id, @intentId, @unitId, @checkIn, @checkOut, @now)
            """,
            new { Id = Guid.CreateVersion7(now), intentId, unitId, checkIn, checkOut, now });
        await Outbox.AppendAsync(
            unit, "booking.held", "booking_intent", intentId, new { unitId, checkIn, checkOut }, now);
    }

    /// <summary>Gives the intent's nights back if it still holds them.</summary>
    /// <returns>Whether there was a hold to end.</returns>
    public static async Task<bool> ReleaseAsync(UnitOfWork unit, BookingIntent intent, DateTimeOffset now)
    {
        if (!await EndAsync(unit, intent, "released", bookings: 0, now))
        {
            return false;
        }

        await Outbox.AppendAsync(
            unit, "booking.released", "booking_intent", intent.Id, new { intent.UnitId, intent.CheckIn, intent.CheckOut }, now);
        return true;
    }

    /// <summary>Turns the intent's hold into a booking: of every night one hold less and one booking more.</summary>
    /// <returns>Whether there was a hold to turn.</returns>
    public static Task<bool> ConvertAsync(UnitOfWork unit, BookingIntent intent, DateTimeOffset now) =>
        EndAsync(unit, intent, "converted", bookings: 1, now);

    private static async Task<bool> EndAsync(
        UnitOfWork unit, BookingIntent intent, string status, int bookings, DateTimeOffset now)
    {
        var ended = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.booking_holds
            SET status = @status,
                ended_at = @now
            WHERE booking_intent_id = @Id
              AND status = 'held'
            """,
            new { intent.Id, status, now });
        if (ended == 0)
        {
            return false;
        }

        var nights = await unit.Connection.ExecuteAsync(
            """
            WITH stay AS (
                SELECT unit_id, date
                FROM reserve.availability_calendar
                WHERE unit_id = @UnitId
                  AND date >= @CheckIn
                  AND date < @CheckOut
                ORDER BY date
                FOR UPDATE)
            UPDATE reserve.availability_calendar c
            SET temp_holds = c.temp_holds - 1,
                bookings_count = c.bookings_count + @bookings,
                updated_at = @now
            FROM stay
            WHERE c.unit_id = stay.unit_id
              AND c.date = stay.date
            """,
            new { intent.UnitId, intent.CheckIn, intent.CheckOut, bookings, now });
        return nights == intent.CheckOut.DayNumber - intent.CheckIn.DayNumber
            ? true
            : throw new InvalidOperationException($"the hold of booking intent {intent.Id} covers nights that the calendar lacks");
    }
}
