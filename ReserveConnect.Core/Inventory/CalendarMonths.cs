using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory;

/// <summary>Reads a unit's calendar month by month, in real time.</summary>
public sealed class CalendarMonths(ReserveDatabase database)
{
    /// <summary>The nights of a month that the calendar has. Refusal: <c>unit_not_found</c>. One round trip.</summary>
    /// <param name="month">Its first day.</param>
    public Task<Outcome<CalendarMonth>> GetAsync(Guid unitId, DateOnly month, CancellationToken ct) =>
        database.ReadAsync(Actor.Anonymous, connection => ReadAsync(connection, unitId, month, ct), ct);

    private static async Task<Outcome<CalendarMonth>> ReadAsync(NpgsqlConnection connection, Guid unitId, DateOnly month, CancellationToken ct)
    {
        using var rows = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            SELECT r.currency, r.base_price
            FROM reserve.unit_map u
            JOIN reserve.properties_map p ON p.id = u.property_id
            JOIN reserve.cities c ON c.id = p.city_id
            JOIN reserve.rate_plans r ON r.unit_id = u.id
            WHERE u.id = @unitId
              AND c.is_active
              AND u.is_active
              AND p.is_active
              AND p.is_published;

            SELECT date, is_available, effective_allotment, price, min_stay, max_stay, closed_to_arrival, closed_to_departure
            FROM reserve.availability_calendar
            WHERE unit_id = @unitId
              AND date >= @month
              AND date < @Next
            ORDER BY date
            """,
            new { unitId, month, Next = month.AddMonths(1) },
            cancellationToken: ct));
        if (await rows.ReadSingleOrDefaultAsync<PlanRow>() is not { } plan)
        {
            return Refusal.NotFound("unit_not_found", "There is no such unit, or it is no longer sold.");
        }

        return new CalendarMonth(
            unitId, month, plan.Currency,
            [.. (await rows.ReadAsync<CalendarNight>()).Select(night => new CalendarDay(
                night.Date, night.IsSellable, night.Price ?? plan.BasePrice, night.MinStay, night.MaxStay,
                night.ClosedToArrival, night.ClosedToDeparture))]);
    }

    private sealed record PlanRow(string Currency, decimal BasePrice);
}

/// <summary>A month of a unit.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Nights">In date order; nights that the calendar does not have are left out.</param>
public record CalendarMonth(Guid UnitId, DateOnly Month, string Currency, IReadOnlyList<CalendarDay> Nights);

/// <summary>A night as a guest sees it.</summary>
/// <param name="IsAvailable">Open, and neither sold nor held.</param>
/// <param name="Price">For as many guests as the price of a night is for.</param>
public sealed record CalendarDay(
    DateOnly Date, bool IsAvailable, decimal Price, int MinStay, int MaxStay, bool ClosedToArrival, bool ClosedToDeparture);
