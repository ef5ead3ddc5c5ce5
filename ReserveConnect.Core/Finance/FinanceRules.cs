using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Events;

namespace ReserveConnect.Finance;

/// <summary>The commission and tax rules that a booking of a property falls under at an instant.</summary>
/// <param name="Today">The local date of its city at that instant, by which rules are in force.</param>
/// <param name="Commission">The one commission rule in force.</param>
/// <param name="BookingsThisMonth">Confirmed bookings of the property in this calendar month of its city, up to that instant; cancelled ones are none.</param>
/// <param name="ServiceTaxRate">ISS on our own income, per cent; 0 when no rule is in force.</param>
public sealed record FinanceRules(DateOnly Today, CommissionRule Commission, int BookingsThisMonth, decimal ServiceTaxRate)
{
    /// <summary>
    /// One statement before <see cref="Select"/>, with <c>PropertyId</c>: of two bookings of a property that are confirmed at once one
    /// is before the other, and the other counts it. Taken after the lock of the intent and before those of nights.
    /// </summary>
    internal const string Queue =
        "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended('reserve.bookings:' || @PropertyId::text, 0))) queue";

    /// <summary>
    /// One statement that <see cref="ReadAsync"/> reads, with the parameters <c>PropertyId</c>, <c>CityId</c>, <c>now</c> and
    /// <c>countedTo</c>. That is null where a booking is confirmed: what stands by then is before it, whatever the clocks of two
    /// hosts say.
    /// </summary>
    internal const string Select =
        """
        WITH city AS (
            SELECT (@now AT TIME ZONE c.time_zone)::date AS today,
                   date_trunc('month', @now AT TIME ZONE c.time_zone) AT TIME ZONE c.time_zone AS month_start,
                   (date_trunc('month', @now AT TIME ZONE c.time_zone) + interval '1 month') AT TIME ZONE c.time_zone AS month_end
            FROM reserve.cities c
            WHERE c.id = @CityId)
        SELECT r.id, r.property_id, r.city_id, city.today, r.rule_type, r.rate_percentage, r.fixed_amount, r.tiers, r.min_commission, r.max_commission,
               (SELECT count(*)::int
                FROM reserve.reservations b
                WHERE b.property_id = @PropertyId
                  AND b.booked_at >= city.month_start
                  AND b.booked_at < city.month_end
                  AND (@countedTo::timestamptz IS NULL OR b.booked_at <= @countedTo)
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
                   ORDER BY t.city_id NULLS LAST
                   LIMIT 1), 0) AS service_tax_rate
        FROM city
        CROSS JOIN reserve.commission_rules r
        WHERE r.is_active
          AND (r.property_id = @PropertyId OR r.property_id IS NULL)
          AND (r.city_id = @CityId OR r.city_id IS NULL)
          AND r.effective_from <= city.today
          AND (r.effective_to IS NULL OR r.effective_to >= city.today)
        ORDER BY r.property_id NULLS LAST, r.city_id NULLS LAST
        LIMIT 1
        """;

    /// <summary>What is, was or will be in force at an instant; null: no commission rule.</summary>
    internal static async Task<FinanceRules?> FindAsync(NpgsqlConnection connection, Guid propertyId, Guid cityId, DateTimeOffset now) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(Select, new { PropertyId = propertyId, CityId = cityId, now, countedTo = now }))?.ToRules();

    /// <summary>Reads what <see cref="Select"/> has given.</summary>
    /// <exception cref="InvalidOperationException">No commission rule is in force: the books cannot be kept.</exception>
    internal static async Task<FinanceRules> ReadAsync(SqlMapper.GridReader rows, Guid propertyId) =>
        (await rows.ReadSingleOrDefaultAsync<Row>())?.ToRules()
        ?? throw new InvalidOperationException($"no commission rule is in force for property {propertyId}");

    private sealed record Row(
        Guid Id, Guid? PropertyId, Guid? CityId, DateOnly Today, string RuleType, decimal? RatePercentage, decimal? FixedAmount, string? Tiers, decimal? MinCommission,
        decimal? MaxCommission, int BookingsThisMonth, decimal ServiceTaxRate)
    {
        public FinanceRules ToRules() => new(
            Today,
            new(
                Id, RuleType, RatePercentage, FixedAmount,
                Tiers is null ? [] : JsonSerializer.Deserialize<List<CommissionTier>>(Tiers, EventJson.Options)!, MinCommission, MaxCommission)
            {
                PropertyId = PropertyId,
                CityId = CityId,
            },
            BookingsThisMonth,
            ServiceTaxRate);
    }
}
