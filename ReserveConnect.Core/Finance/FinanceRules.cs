using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Events;

namespace ReserveConnect.Finance;

/// <summary>The commission and tax rules that a booking of a property falls under at an instant.</summary>
/// <param name="Commission">The one commission rule in force.</param>
/// <param name="BookingsThisMonth">Confirmed bookings of the property in this calendar month of its city.</param>
/// <param name="ServiceTaxRate">ISS on our own income, per cent; 0 when no rule is in force.</param>
public sealed record FinanceRules(CommissionRule Commission, int BookingsThisMonth, decimal ServiceTaxRate)
{
    /// <exception cref="InvalidOperationException">No commission rule is in force: the books cannot be kept.</exception>
    public static async Task<FinanceRules> InForceAsync(
        NpgsqlConnection connection, Guid propertyId, Guid cityId, DateTimeOffset now)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            """
            WITH city AS (
                SELECT (@now AT TIME ZONE c.time_zone)::date AS today,
                       date_trunc('month', @now AT TIME ZONE c.time_zone) AT TIME ZONE c.time_zone AS month_start
                FROM reserve.cities c
                WHERE c.id = @cityId)
            SELECT r.id, r.rule_type, r.rate_percentage, r.fixed_amount, r.tiers, r.min_commission, r.max_commission,
                   (SELECT count(*)::int
                    FROM reserve.reservations b
                    WHERE b.property_id = @propertyId
                      AND b.booked_at >= city.month_start
                      AND b.status <> 'cancelled') AS bookings_this_month,
                   coalesce((
                       SELECT t.rate
                       FROM reserve.tax_rules t
                       WHERE t.applies_to = 'commission'
                         AND t.tax_type = 'ISS'
                         AND t.is_active
                         AND (t.city_id = @cityId OR t.city_id IS NULL)
                         AND t.effective_from <= city.today
                         AND (t.effective_to IS NULL OR t.effective_to >= city.today)
                       ORDER BY t.city_id NULLS LAST, t.effective_from DESC
                       LIMIT 1), 0) AS service_tax_rate
            FROM city
            CROSS JOIN reserve.commission_rules r
            WHERE r.is_active
              AND (r.property_id = @propertyId OR r.property_id IS NULL)
              AND (r.city_id = @cityId OR r.city_id IS NULL)
              AND r.effective_from <= city.today
              AND (r.effective_to IS NULL OR r.effective_to >= city.today)
            ORDER BY r.property_id NULLS LAST, r.city_id NULLS LAST, r.effective_from DESC
            LIMIT 1
            """,
            new { propertyId, cityId, now })
            ?? throw new InvalidOperationException($"no commission rule is in force for property {propertyId}");
        var tiers = row.Tiers is null ? [] : JsonSerializer.Deserialize<List<CommissionTier>>(row.Tiers, EventJson.Options)!;
        return new(
            new(row.Id, row.RuleType, row.RatePercentage, row.FixedAmount, tiers, row.MinCommission, row.MaxCommission),
            row.BookingsThisMonth,
            row.ServiceTaxRate);
    }

    private sealed record Row(
        Guid Id, string RuleType, decimal? RatePercentage, decimal? FixedAmount, string? Tiers, decimal? MinCommission,
        decimal? MaxCommission, int BookingsThisMonth, decimal ServiceTaxRate);
}
