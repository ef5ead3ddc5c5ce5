namespace ReserveConnect.Inventory;

/// <summary>All of a unit that its price and its rules depend on, except the nights.</summary>
/// <param name="TimeZone">The city's IANA zone: nights and 'today' are local dates there.</param>
/// <param name="Taxes">What is charged on bookings in this city now.</param>
public sealed record UnitOffer(
    Guid UnitId,
    Guid PropertyId,
    Guid CityId,
    Guid HostUnitId,
    string PropertyName,
    string UnitName,
    string TimeZone,
    int MaxOccupancy,
    RatePlan RatePlan,
    IReadOnlyList<TaxRate> Taxes,
    CancellationPolicyCopy CancellationPolicy);

/// <summary>The rate plan of a unit (<c>reserve.rate_plans</c>), amounts in <paramref name="Currency"/>.</summary>
/// <param name="BaseCapacity">Guests that the price of a night is for.</param>
/// <param name="BasePrice">Of a night that the calendar names no price for.</param>
/// <param name="ExtraGuestFee">Per night and guest above the base capacity.</param>
/// <param name="CleaningFee">Per stay, the property's.</param>
/// <param name="ServiceFeePercentage">Of the base price less discount, the platform's.</param>
/// <param name="LengthOfStayDiscounts">The longest stay reached counts.</param>
public sealed record RatePlan(
    string Currency,
    int BaseCapacity,
    decimal BasePrice,
    decimal ExtraGuestFee,
    decimal CleaningFee,
    decimal ServiceFeePercentage,
    IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts);

/// <summary>A discount on the base price from a number of nights on.</summary>
public sealed record LengthOfStayDiscount(int MinNights, decimal Percent);

/// <summary>A tax on bookings (<c>reserve.tax_rules</c> with <c>applies_to = 'booking'</c>).</summary>
/// <param name="Rate">Per cent of the base price.</param>
public sealed record TaxRate(string TaxType, decimal Rate);

/// <summary>One night of one unit as the calendar has it.</summary>
/// <param name="Price">Null: the rate plan's.</param>
/// <param name="MinStay">For stays that arrive on this date.</param>
/// <param name="MaxStay">For stays that arrive on this date.</param>
public readonly record struct CalendarNight(
    DateOnly Date,
    bool IsAvailable,
    int EffectiveAllotment,
    decimal? Price,
    short MinStay,
    short MaxStay,
    bool ClosedToArrival,
    bool ClosedToDeparture)
{
    /// <summary>Open, with a room that is neither sold nor held.</summary>
    public bool IsSellable => IsAvailable && EffectiveAllotment > 0;
}
