using System.Runtime.InteropServices;
using System.Text.Json;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory;

/// <summary>How a unit's offer is read: the columns beside the record that they become.</summary>
internal static class UnitOfferSql
{
    /// <summary>A unit that is for sale at all, in the order of <see cref="OfferRow"/>; a WHERE clause on <c>u</c> may follow.</summary>
    public const string Select =
        """
        SELECT u.id AS unit_id, u.property_id, p.city_id, u.host_unit_id, p.name AS property_name, u.name AS unit_name,
               c.time_zone, u.max_occupancy, r.currency, u.base_capacity, r.base_price, r.extra_guest_fee, r.cleaning_fee,
               r.service_fee_percentage, r.length_of_stay_discounts::text AS discounts,
               (SELECT COALESCE(jsonb_agg(t ORDER BY t.tax_type), '[]')::text
                FROM (SELECT DISTINCT ON (x.tax_type) x.tax_type, x.rate
                      FROM reserve.tax_rules x
                      WHERE x.applies_to = 'booking'
                        AND x.is_active
                        AND (x.city_id = p.city_id OR x.city_id IS NULL)
                        AND x.effective_from <= (@now AT TIME ZONE c.time_zone)::date
                        AND (x.effective_to IS NULL OR x.effective_to >= (@now AT TIME ZONE c.time_zone)::date)
                      ORDER BY x.tax_type, (x.city_id IS NULL), x.effective_from DESC) t) AS taxes,
               l.code AS policy_code, l.name AS policy_name, l.tiers::text AS policy_tiers
        FROM reserve.unit_map u
        JOIN reserve.properties_map p ON p.id = u.property_id
        JOIN reserve.cities c ON c.id = p.city_id
        JOIN reserve.rate_plans r ON r.unit_id = u.id
        JOIN reserve.cancellation_policies l ON l.code = p.cancellation_policy
        WHERE u.is_active
          AND p.is_active
          AND p.is_published
          AND c.is_active
        """;

    /// <summary>A JSON column's list.</summary>
    public static T[] List<T>(string json) => json == "[]" ? [] : JsonSerializer.Deserialize<T[]>(json, EventJson.Options)!;
}

/// <summary>One row of <see cref="UnitOfferSql.Select"/>.</summary>
internal sealed record OfferRow(
    Guid UnitId, Guid PropertyId, Guid CityId, Guid HostUnitId, string PropertyName, string UnitName, string TimeZone,
    int MaxOccupancy, string Currency, int BaseCapacity, decimal BasePrice, decimal ExtraGuestFee, decimal CleaningFee,
    decimal ServiceFeePercentage, string Discounts, string Taxes, string PolicyCode, string PolicyName, string PolicyTiers)
{
    public UnitOffer ToOffer() => new(
        UnitId, PropertyId, CityId, HostUnitId, PropertyName, UnitName, TimeZone, MaxOccupancy,
        new RatePlans(new RatePlan(
            Currency, BaseCapacity, BasePrice, ExtraGuestFee, CleaningFee, ServiceFeePercentage,
            UnitOfferSql.List<LengthOfStayDiscount>(Discounts))),
        ImmutableCollectionsMarshal.AsImmutableArray(UnitOfferSql.List<TaxRate>(Taxes)),
        new CancellationPolicyCopy(PolicyCode, PolicyName, UnitOfferSql.List<CancellationTier>(PolicyTiers)));
}
