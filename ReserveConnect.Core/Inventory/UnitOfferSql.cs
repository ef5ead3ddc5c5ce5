using System.Runtime.InteropServices;
using System.Text.Json;
using ReserveConnect.Events;

namespace ReserveConnect.Inventory;

/// <summary>How a unit's offer is read: the columns beside the record that they become.</summary>
internal static class UnitOfferSql
{
    /// <summary>The seasons of a unit <c>u</c> of a property <c>p</c>, its own and the property's, beside its standard plan <c>r</c>, as JSON.</summary>
    public const string Seasons =
        """
        (SELECT COALESCE(jsonb_agg(jsonb_build_object(
                    'name', s.name, 'valid_from', s.valid_from, 'valid_to', s.valid_to, 'is_of_property', s.unit_id IS NULL,
                    'currency', s.currency,
                    'base_price', COALESCE(s.base_price, r.base_price),
                    'extra_guest_fee', COALESCE(s.extra_guest_fee, r.extra_guest_fee),
                    'base_capacity', COALESCE(s.base_capacity, u.base_capacity),
                    'cleaning_fee', COALESCE(s.cleaning_fee, p.cleaning_fee),
                    'service_fee_percentage', s.service_fee_percentage,
                    'discounts', COALESCE(s.length_of_stay_discounts, r.length_of_stay_discounts))
                    ORDER BY (s.unit_id IS NULL), s.valid_from DESC NULLS LAST), '[]')::text
         FROM reserve.rate_plans s
         WHERE s.is_season
           AND s.property_id = u.property_id
           AND (s.unit_id = u.id OR s.unit_id IS NULL))
        """;

    /// <summary>A unit that is for sale at all, in the order of <see cref="OfferRow"/>; a WHERE clause on <c>u</c> may follow.</summary>
    public const string Select =
        $"""
        SELECT u.id AS unit_id, u.property_id, p.city_id, u.host_unit_id, p.name AS property_name, u.name AS unit_name,
               c.time_zone, u.max_occupancy, r.currency, u.base_capacity, r.base_price, r.extra_guest_fee, r.cleaning_fee,
               r.service_fee_percentage, r.length_of_stay_discounts::text AS discounts,
               {Seasons} AS seasons,
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
        JOIN reserve.rate_plans r ON r.unit_id = u.id AND NOT r.is_season
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
    decimal ServiceFeePercentage, string Discounts, string Seasons, string Taxes, string PolicyCode, string PolicyName, string PolicyTiers)
{
    public UnitOffer ToOffer() => new(
        UnitId, PropertyId, CityId, HostUnitId, PropertyName, UnitName, TimeZone, MaxOccupancy,
        new RatePlans(
            new RatePlan(
                Currency, BaseCapacity, BasePrice, ExtraGuestFee, CleaningFee, ServiceFeePercentage,
                UnitOfferSql.List<LengthOfStayDiscount>(Discounts)),
            Array.ConvertAll(UnitOfferSql.List<SeasonColumns>(Seasons), season => season.ToPlan())),
        ImmutableCollectionsMarshal.AsImmutableArray(UnitOfferSql.List<TaxRate>(Taxes)),
        new CancellationPolicyCopy(PolicyCode, PolicyName, UnitOfferSql.List<CancellationTier>(PolicyTiers)));
}

/// <summary>One entry of <see cref="UnitOfferSql.Seasons"/>.</summary>
internal sealed record SeasonColumns(
    string Name, DateOnly? ValidFrom, DateOnly? ValidTo, bool IsOfProperty, string Currency, decimal BasePrice, decimal ExtraGuestFee,
    int BaseCapacity, decimal CleaningFee, decimal ServiceFeePercentage, LengthOfStayDiscount[] Discounts)
{
    public RatePlan ToPlan() => new(
        Currency, BaseCapacity, BasePrice, ExtraGuestFee, CleaningFee, ServiceFeePercentage, Discounts, ValidFrom, ValidTo, IsOfProperty);

    public SeasonDetail ToDetail() => new(Name, ValidFrom, ValidTo, BaseCapacity, BasePrice, ExtraGuestFee, CleaningFee, Discounts);
}
