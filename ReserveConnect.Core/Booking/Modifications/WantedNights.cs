using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Modifications;

/// <summary>The nights of a changed stay, and what the unit costs.</summary>
/// <param name="Offer">Null: the unit is not sold.</param>
/// <param name="Calendar">From arrival to the day of departure inclusive, in date order.</param>
internal sealed record WantedNights(UnitOffer? Offer, IReadOnlyList<CalendarNight> Calendar)
{
    private const string Nights =
        """
        SELECT date, is_available, effective_allotment, price, min_stay, max_stay, closed_to_arrival, closed_to_departure
        FROM reserve.availability_calendar
        WHERE unit_id = @UnitId
          AND date BETWEEN @CheckIn AND @CheckOut
        ORDER BY date
        """;

    /// <summary>As they are now; nobody is kept from taking them.</summary>
    public static Task<WantedNights> ReadAsync(NpgsqlConnection connection, StayRequest wanted, DateTimeOffset now) =>
        ReadAsync(connection, wanted, Nights, now);

    /// <summary>Locks them in date order: what this says lasts until the transaction ends.</summary>
    public static Task<WantedNights> LockAsync(UnitOfWork unit, StayRequest wanted, DateTimeOffset now) =>
        ReadAsync(unit.Connection, wanted, $"{Nights} FOR UPDATE", now);

    /// <summary>Takes one room of every night but those that are kept. The caller has locked them and seen that there is one.</summary>
    public static async Task TakeAsync(UnitOfWork unit, StayRequest wanted, KeptNights? kept, DateTimeOffset now)
    {
        var taken = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.availability_calendar
            SET temp_holds = temp_holds + 1,
                updated_at = @now
            WHERE unit_id = @UnitId
              AND date >= @CheckIn
              AND date < @CheckOut
              AND (@From::date IS NULL OR date < @From OR date >= @To)
              AND is_available
              AND effective_allotment > 0
            """,
            new { wanted.UnitId, wanted.CheckIn, wanted.CheckOut, kept?.From, kept?.To, now });
        var needed = wanted.Nights - (kept is null ? 0 : kept.To.DayNumber - kept.From.DayNumber);
        if (taken != needed)
        {
            throw new InvalidOperationException($"{taken} of {needed} nights of unit {wanted.UnitId} could be taken, under their lock");
        }
    }

    // A stay that is no stay has no nights to read.
    private static async Task<WantedNights> ReadAsync(NpgsqlConnection connection, StayRequest wanted, string nights, DateTimeOffset now)
    {
        if (StayRules.OfRequest(wanted) is not null)
        {
            return new(null, []);
        }

        await using var results = await connection.QueryMultipleAsync(
            $"""
            {nights};

            {UnitOfferSql.Select}
              AND u.id = @UnitId
            """,
            new { wanted.UnitId, wanted.CheckIn, wanted.CheckOut, now });
        var calendar = (await results.ReadAsync<CalendarNight>()).AsList();
        return new((await results.ReadSingleOrDefaultAsync<OfferRow>())?.ToOffer(), calendar);
    }
}
