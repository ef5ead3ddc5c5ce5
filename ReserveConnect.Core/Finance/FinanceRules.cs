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
    /// <summary>One statement that <see cref="ReadAsync"/> reads, with the parameters <c>PropertyId</c>, <c>CityId</c> and <c>now</c>.</summary>
    internal const string Select =
        """
        WITH city AS (
            SELECT (@now AT TIME ZONE c.time_zone)::date AS today,
                   date_trunc('month', @now AT TIME ZONE c.time_zone) AT TIME ZONE c.time_zone AS month_start
            FROM reserve.cities c
            WHERE c.id = @CityId)
        SELECT r.id, r.rule_type, r.rate_percentage, r.fixed_amount, r.tiers, r.min_commission, r.max_commission,
               (SELECT count(*)::int
                FROM reserve.reservations b
                WHERE b.property_id = @PropertyId
                  AND b.booked_at >= city.month_start
                  AND b.status <> 'cancelled') AS bookings_this_month,
               coalesce((
                   SELECT t.rate
                   FROM reserve.tax_rules t
                   WHERE t.applies_to = 'commission'
                     AND t.tax_type = 'ISS'
                     AND t.is_active
                     AND (t.city_id = @CityId OR t.city_id IS NULL)
                     AND t.effective_from <= city.today
                     AND (t.effective_to IS NULL OR t.effective_to >= city.today)
                   ORDER BY t.city_id NULLS LAST, t.effective_from DESC
                   LIMIT 1), 0) AS service_tax_rate
        FROM city
        CROSS JOIN reserve.commission_rules r
        WHERE r.is_active
          AND (r.property_id = @PropertyId OR r.property_id IS NULL)
          AND (r.city_id = @CityId OR r.city_id IS NULL)
          AND r.effective_from <= city.today
          AND (r.effective_to IS NULL OR r.effective_to >= city.today)
        ORDER BY r.property_id NULLS LAST, r.city_id NULLS LAST, r.effective_from DESC
        LIMIT 1
        """;

    /// <exception cref="InvalidOperationException">No commission rule is in force: the books cannot be kept.</exception>
    public static async Task<FinanceRules> InForceAsync(
        NpgsqlConnection connection, Guid propertyId, Guid cityId, DateTimeOffset now)
    {
        await using var rows = await connection.QueryMultipleAsync(Select, new { PropertyId = propertyId, CityId = cityId, now });
        return await ReadAsync(rows, propertyId);
    }

    /// <summary>Reads what <see cref="Select"/> has given.</summary>
    /// <exception cref="InvalidOperationException">No commission rule is in force: the books cannot be kept.</exception>
    internal static async Task<FinanceRules> ReadAsync(SqlMapper.GridReader rows, Guid propertyId)
    {
        var row = await rows.ReadSingleOrDefaultAsync<Row>()
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
