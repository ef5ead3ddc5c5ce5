namespace ReserveConnect.Inventory;

/// <summary>
/// The rate plans of a unit. One, the standard plan, always stands behind; a season goes before it, the unit's own before the
/// property's, then the one that began last.
/// </summary>
public sealed class RatePlans
{
    private readonly RatePlan[] _seasons;

    /// <summary>A unit's plans.</summary>
    /// <param name="standard">The one without dates.</param>
    /// <param name="seasons">Of the unit and of its property, in any order.</param>
    /// <exception cref="ArgumentException">The standard plan has dates, or a season has none.</exception>
    public RatePlans(RatePlan standard, params IReadOnlyCollection<RatePlan> seasons)
    {
        ArgumentNullException.ThrowIfNull(standard);
        ArgumentNullException.ThrowIfNull(seasons);
        if (standard.IsSeason || seasons.Any(season => !season.IsSeason))
        {
            throw new ArgumentException("a season has dates, the standard plan has none", nameof(standard));
        }

        Standard = standard;
        _seasons = seasons.Count == 0
            ? []
            : [.. seasons.OrderBy(season => season.IsOfProperty).ThenByDescending(season => season.ValidFrom ?? DateOnly.MinValue)];
    }

    /// <summary>The unit's plan where no season is.</summary>
    public RatePlan Standard { get; }

    /// <summary>Whether there is no season.</summary>
    public bool IsSingle => _seasons.Length == 0;

    /// <summary>In the order in which they go before each other.</summary>
    public IReadOnlyList<RatePlan> Seasons => _seasons;

    /// <summary>The plan in force on a local date.</summary>
    public RatePlan On(DateOnly date)
    {
        foreach (var season in _seasons)
        {
            if (season.IsInForce(date))
            {
                return season;
            }
        }

        return Standard;
    }

    /// <summary>Whether a night without a price of its own costs the same by these plans, whatever night it is.</summary>
    internal bool HaveSamePrices(RatePlans other) =>
        Standard.BasePriceCents == other.Standard.BasePriceCents
        && _seasons.Select(Priced).SequenceEqual(other._seasons.Select(Priced));

    /// <summary>What guests above the base capacity pay for a stay, in cents: each night by the plan in force.</summary>
    internal long SupplementCents(DateOnly checkIn, int nights, int guests)
    {
        if (IsSingle)
        {
            return checked(Standard.SupplementCents(guests) * nights);
        }

        var cents = 0L;
        for (var night = 0; night < nights; night++)
        {
            cents = checked(cents + On(checkIn.AddDays(night)).SupplementCents(guests));
        }

        return cents;
    }

    private static (DateOnly? From, DateOnly? To, long Cents) Priced(RatePlan season) => (season.ValidFrom, season.ValidTo, season.BasePriceCents);
}
