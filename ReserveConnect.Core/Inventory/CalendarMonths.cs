using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory;

/// <summary>Reads a unit's calendar month by month, in real time.</summary>
public sealed class CalendarMonths(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Every day of a month. Refusals: <c>unit_not_found</c>, <c>too_many_guests</c>. One round trip.</summary>
    /// <param name="month">Its first day; null: the month that it is in the city.</param>
    /// <param name="guests">For how many the prices are; null: for as many as the price of a night is for.</param>
    public async Task<Outcome<CalendarMonth>> GetAsync(Guid unitId, DateOnly? month, int? guests, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await database.ReadAsync(Actor.Anonymous, connection => ReadAsync(connection, unitId, month, guests, now, ct), ct);
    }

    private static async Task<Outcome<CalendarMonth>> ReadAsync(
        NpgsqlConnection connection, Guid unitId, DateOnly? month, int? guests, DateTimeOffset now, CancellationToken ct)
    {
        using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            UnitOfferSql.Select +
            """
              AND u.id = @unitId;

            SELECT n.date, n.is_available, n.effective_allotment, n.price, n.min_stay, n.max_stay, n.closed_to_arrival, n.closed_to_departure
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            CROSS JOIN LATERAL (
                SELECT COALESCE(@month::date, date_trunc('month', @now AT TIME ZONE c.time_zone)::date) AS first_day) m
            JOIN reserve.availability_calendar n ON n.unit_id = u.id AND n.date >= m.first_day AND n.date < m.first_day + interval '1 month'
            WHERE u.id = @unitId
            """,
            new { unitId, month, now },
            cancellationToken: ct));
        if (await rows.ReadSingleOrDefaultAsync<OfferRow>() is not { } row)
        {
            return Refusal.NotFound("unit_not_found", "There is no such unit, or it is no longer sold.");
        }

        var offer = row.ToOffer();
        return guests > offer.MaxOccupancy
            ? StayRules.TooManyGuests(offer.MaxOccupancy)
            : CalendarMonth.Of(
                offer, CityDay.At(now, offer.TimeZone), month, guests, (await rows.ReadAsync<CalendarNight>()).ToDictionary(night => night.Date));
    }
}
