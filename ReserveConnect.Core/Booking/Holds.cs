using Dapper;
using Npgsql;
using ReserveConnect.Booking.Modifications;
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
    /// <param name="kept">Nights among them that were not taken, because the booking that is changed has them.</param>
    public static Task RecordAsync(
        UnitOfWork unit, Guid intentId, Guid unitId, DateOnly checkIn, DateOnly checkOut, DateTimeOffset now, KeptNights? kept = null) =>
        unit.SendAsync(Record(unit, intentId, unitId, checkIn, checkOut, now, kept));

    /// <summary>The same, to be sent with other changes of the transaction.</summary>
    /// <inheritdoc cref="RecordAsync"/>
    public static IReadOnlyList<Statement?> Record(
        UnitOfWork unit, Guid intentId, Guid unitId, DateOnly checkIn, DateOnly checkOut, DateTimeOffset now, KeptNights? kept = null) =>
        [
            new(
                """
                INSERT INTO reserve.booking_holds (id, booking_intent_id, unit_id, check_in, check_out, kept_from, kept_to, taken_at)
                VALUES (@Id, @intentId, @unitId, @checkIn, @checkOut, @From, @To, @now)
                """,
                new { Id = Guid.CreateVersion7(now), intentId, unitId, checkIn, checkOut, kept?.From, kept?.To, now }),
            Outbox.Append(unit, "booking.held", "booking_intent", intentId, new { unitId, checkIn, checkOut }, now),
        ];

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
        // The hold first: whoever ends it moves the counters, and the nights are locked in date order.
        var ended = await unit.Connection.QuerySingleOrDefaultAsync<EndedHold>(
            """
            WITH ended AS (
                UPDATE reserve.booking_holds
                SET status = @status,
                    ended_at = @now
                WHERE booking_intent_id = @Id
                  AND status = 'held'
                RETURNING kept_from, kept_to),
            stay AS (
                SELECT c.unit_id, c.date
                FROM ended
                CROSS JOIN reserve.availability_calendar c
                WHERE c.unit_id = @UnitId
                  AND c.date >= @CheckIn
                  AND c.date < @CheckOut
                  AND (ended.kept_from IS NULL OR c.date < ended.kept_from OR c.date >= ended.kept_to)
                ORDER BY c.date
                FOR UPDATE OF c),
            moved AS (
                UPDATE reserve.availability_calendar c
                SET temp_holds = c.temp_holds - 1,
                    bookings_count = c.bookings_count + @bookings,
                    updated_at = @now
                FROM stay
                WHERE c.unit_id = stay.unit_id
                  AND c.date = stay.date
                  AND c.unit_id = @UnitId
                  AND c.date >= @CheckIn
                  AND c.date < @CheckOut
                RETURNING c.date)
            SELECT ended.kept_from, ended.kept_to, (SELECT count(*)::int FROM moved) AS nights
            FROM ended
            """,
            new { intent.Id, status, intent.UnitId, intent.CheckIn, intent.CheckOut, bookings, now });
        if (ended is null)
        {
            return false;
        }

        return ended.Nights == intent.CheckOut.DayNumber - intent.CheckIn.DayNumber - ended.Kept
            ? true
            : throw new InvalidOperationException($"the hold of booking intent {intent.Id} covers nights that the calendar lacks");
    }

    private sealed record EndedHold(DateOnly? KeptFrom, DateOnly? KeptTo, int Nights)
    {
        public int Kept => KeptFrom is { } from && KeptTo is { } to ? to.DayNumber - from.DayNumber : 0;
    }
}
