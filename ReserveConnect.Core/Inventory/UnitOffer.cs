using System.Collections.Immutable;

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
    RatePlans Plans,
    ImmutableArray<TaxRate> Taxes,
    CancellationPolicyCopy CancellationPolicy);

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
