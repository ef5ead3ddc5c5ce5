using System.Collections.Immutable;

namespace ReserveConnect.Inventory;

/// <summary>
/// A rate plan of a unit or of a whole property (<c>reserve.rate_plans</c>), amounts in <paramref name="Currency"/>. Kept in
/// whole cents and basis points.
/// </summary>
/// <param name="BaseCapacity">Guests that the price of a night is for.</param>
/// <param name="BasePrice">Of a night that the calendar names no price for.</param>
/// <param name="ExtraGuestFee">Per night and guest above the base capacity.</param>
/// <param name="CleaningFee">Per stay, the property's.</param>
/// <param name="ServiceFeePercentage">Of the base price less discount, the platform's.</param>
/// <param name="LengthOfStayDiscounts">The longest stay reached counts; kept longest first.</param>
/// <param name="ValidFrom">First local date that it is in force on; null: since ever.</param>
/// <param name="ValidTo">Last local date that it is in force on; null: for ever.</param>
/// <param name="IsOfProperty">Whether it is the property's, which gives way to a unit's own.</param>
/// <exception cref="ArgumentException">An amount or a percentage has more than two places.</exception>
public sealed record RatePlan(
    string Currency,
    int BaseCapacity,
    decimal BasePrice,
    decimal ExtraGuestFee,
    decimal CleaningFee,
    decimal ServiceFeePercentage,
    IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts,
    DateOnly? ValidFrom = null,
    DateOnly? ValidTo = null,
    bool IsOfProperty = false)
{
    private readonly ImmutableArray<LengthOfStayDiscount> _discounts = LongestFirst(LengthOfStayDiscounts);

    public decimal BasePrice { get => Cents.Amount(BasePriceCents); init => BasePriceCents = Cents.Of(value); }

    public decimal ExtraGuestFee { get => Cents.Amount(ExtraGuestCents); init => ExtraGuestCents = Cents.Of(value); }

    public decimal CleaningFee { get => Cents.Amount(CleaningCents); init => CleaningCents = Cents.Of(value); }

    public decimal ServiceFeePercentage { get => Cents.Amount(ServiceBasisPoints); init => ServiceBasisPoints = (int)Cents.Of(value); }

    public IReadOnlyList<LengthOfStayDiscount> LengthOfStayDiscounts { get => _discounts; init => _discounts = LongestFirst(value); }

    internal long BasePriceCents { get; private init; } = Cents.Of(BasePrice);

    internal long ExtraGuestCents { get; private init; } = Cents.Of(ExtraGuestFee);

    internal long CleaningCents { get; private init; } = Cents.Of(CleaningFee);

    internal int ServiceBasisPoints { get; private init; } = (int)Cents.Of(ServiceFeePercentage);

    /// <summary>Whether it is for a season, and not the one that always stands behind.</summary>
    internal bool IsSeason => ValidFrom is not null || ValidTo is not null;

    /// <summary>Whether it is in force on a local date.</summary>
    internal bool IsInForce(DateOnly date) => !(date < ValidFrom) && !(date > ValidTo);

    /// <summary>What it makes of a stay.</summary>
    internal PlanPrice Price => new(this, _discounts);

    /// <summary>What guests above the base capacity pay for one night, in cents.</summary>
    internal long SupplementCents(int guests) => Price.SupplementCents(guests);

    /// <summary>The discount for a stay of so many nights, in basis points.</summary>
    internal int DiscountBasisPoints(int nights) => Price.DiscountBasisPoints(nights);

    private static ImmutableArray<LengthOfStayDiscount> LongestFirst(IReadOnlyList<LengthOfStayDiscount> discounts) =>
        [.. discounts.OrderByDescending(step => step.MinNights)];
}

/// <summary>A discount on the base price from a number of nights on.</summary>
/// <exception cref="ArgumentException">The percentage has more than two places.</exception>
public sealed record LengthOfStayDiscount(int MinNights, decimal Percent)
{
    public decimal Percent { get => Cents.Amount(BasisPoints); init => BasisPoints = (int)Cents.Of(value); }

    internal int BasisPoints { get; private init; } = (int)Cents.Of(Percent);
}

/// <summary>A tax on bookings (<c>reserve.tax_rules</c> with <c>applies_to = 'booking'</c>).</summary>
/// <param name="Rate">Per cent of the base price.</param>
/// <exception cref="ArgumentException">The rate has more than two places.</exception>
public sealed record TaxRate(string TaxType, decimal Rate)
{
    public decimal Rate { get => Cents.Amount(BasisPoints); init => BasisPoints = (int)Cents.Of(value); }

    internal int BasisPoints { get; private init; } = (int)Cents.Of(Rate);
}
