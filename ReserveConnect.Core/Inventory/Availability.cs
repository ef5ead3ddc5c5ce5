using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory;

/// <summary>
/// Answers whether a stay can be had now, and for how much. Reads without locks: only a hold makes the answer last.
/// </summary>
public sealed class Availability(ReserveDatabase database, Alternatives alternatives, TimeProvider clock)
{
    /// <summary>
    /// The full quote of a stay, or why it is not sold: <c>unit_not_found</c>, <c>check_out_not_after_check_in</c>,
    /// <c>dates_in_past</c>, <c>stay_too_long</c>, <c>guests_invalid</c>, <c>too_many_guests</c>, <c>beyond_calendar</c>,
    /// <c>not_available</c> (with the nights), <c>minimum_stay</c>, <c>maximum_stay</c>, <c>closed_to_arrival</c>,
    /// <c>closed_to_departure</c>, <c>no_price</c>. One round trip.
    /// </summary>
    public async Task<Outcome<Quote>> QuoteAsync(StayRequest request, CancellationToken ct)
    {
        if (StayRules.OfRequest(request) is { } malformed)
        {
            return malformed;
        }

        var now = clock.GetUtcNow();
        return await database.ReadAsync(Actor.Anonymous, connection => ReadAsync(connection, request, now, ct), ct);
    }

    /// <summary>
    /// Stays that can be had instead: same unit on near dates, other units of the property, other properties of the city.
    /// </summary>
    public Task<IReadOnlyList<StayAlternative>> NearbyAlternativesAsync(StayRequest request, CancellationToken ct) =>
        alternatives.NearAsync(request, ct);

    private static async Task<Outcome<Quote>> ReadAsync(
        NpgsqlConnection connection, StayRequest request, DateTimeOffset now, CancellationToken ct)
    {
        using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            UnitOfferSql.Select +
            """
              AND u.id = @UnitId;

            SELECT date, is_available, effective_allotment, price, min_stay, max_stay, closed_to_arrival, closed_to_departure
            FROM reserve.availability_calendar
            WHERE unit_id = @UnitId
              AND date BETWEEN @CheckIn AND @CheckOut
            ORDER BY date
            """,
            new { request.UnitId, request.CheckIn, request.CheckOut, now },
            cancellationToken: ct));
        if (await rows.ReadSingleOrDefaultAsync<OfferRow>() is not { } row)
        {
            return Refusal.NotFound("unit_not_found", "There is no such unit, or it is no longer sold.");
        }

        var calendar = (await rows.ReadAsync<CalendarNight>()).ToArray();
        return Decide(row.ToOffer(), request, calendar, now);
    }

    /// <summary>The pure part of a quote: rules first, then the price.</summary>
    /// <param name="calendar">From arrival to the day of departure inclusive, in date order.</param>
    /// <param name="now">UTC instant.</param>
    internal static Outcome<Quote> Decide(UnitOffer offer, StayRequest request, ReadOnlySpan<CalendarNight> calendar, DateTimeOffset now)
    {
        if (StayRules.OfUnit(request, offer.MaxOccupancy, CityDay.At(now, offer.TimeZone)) is { } unfit)
        {
            return unfit;
        }

        if (StayRules.OfNights(request, calendar) is { } unavailable)
        {
            return unavailable;
        }

        var quote = Pricing.Quote(offer, request, StayRules.NightsOf(request, calendar));
        return quote is { BasePrice: > 0, Total: > 0 }
            ? quote
            : Refusal.Unprocessable("no_price", "The Host has set no price for these nights yet.");
    }
}
