using System.Collections.Immutable;

namespace ReserveConnect.Inventory;

/// <summary>
/// What a rate plan makes of the sum of a stay's nights. A value, so that the search finds it beside the unit and does not
/// have to follow a plan.
/// </summary>
internal readonly struct PlanPrice
{
    private readonly ImmutableArray<LengthOfStayDiscount> _discounts;
    private readonly long _extraGuestCents;
    private readonly int _baseCapacity;
    private readonly int _firstDiscount;

    /// <param name="discounts">Of the plan, longest first.</param>
    public PlanPrice(RatePlan plan, ImmutableArray<LengthOfStayDiscount> discounts)
    {
        _discounts = discounts;
        _firstDiscount = discounts.IsEmpty ? int.MaxValue : discounts[^1].MinNights;
        _extraGuestCents = plan.ExtraGuestCents;
        _baseCapacity = plan.BaseCapacity;
        CleaningCents = plan.CleaningCents;
        ServiceBasisPoints = plan.ServiceBasisPoints;
    }

    /// <summary>Per stay.</summary>
    public long CleaningCents { get; }

    /// <summary>Of the base price less discount.</summary>
    public int ServiceBasisPoints { get; }

    /// <summary>What guests above the base capacity pay for one night, in cents.</summary>
    public long SupplementCents(int guests) => guests > _baseCapacity ? checked(_extraGuestCents * (guests - _baseCapacity)) : 0;

    /// <summary>The discount for a stay of so many nights, in basis points.</summary>
    public int DiscountBasisPoints(int nights)
    {
        if (nights < _firstDiscount)
        {
            return 0;
        }

        foreach (var step in _discounts)
        {
            if (step.MinNights <= nights)
            {
                return step.BasisPoints;
            }
        }

        return 0;
    }
}
