using System.Collections.Immutable;

namespace ReserveConnect.Inventory;

/// <summary>
/// The price of a stay (money.md): each line is rounded half to even once, at its end. The search index and the
/// quote both price through <see cref="Stay(RatePlans, ImmutableArray{TaxRate}, DateOnly, int, int, long)"/>, so that they cannot disagree.
/// </summary>
/// <remarks>
/// Where a unit has several rate plans, what a night costs and who pays a supplement for it is said by the plan in force on
/// that night; discount, cleaning fee, service fee and currency by the plan in force on the day of arrival.
/// </remarks>
public static class Pricing
{
    /// <summary>The amounts of a stay from the sum of its nights' prices. Allocates nothing.</summary>
    /// <param name="plans">The unit's rate plans.</param>
    /// <param name="taxes">What is charged on bookings.</param>
    /// <param name="checkIn">Local date of arrival.</param>
    /// <param name="nights">How many nights.</param>
    /// <param name="guests">How many guests.</param>
    /// <param name="nightCents">Sum of the nights' prices in cents, without supplements; a night without a price of its own
    /// costs the base price of the plan in force on it.</param>
    /// <exception cref="OverflowException">The stay costs more than there is money.</exception>
    public static StayPrice Stay(RatePlans plans, ImmutableArray<TaxRate> taxes, DateOnly checkIn, int nights, int guests, long nightCents)
    {
        ArgumentNullException.ThrowIfNull(plans);
        return Stay(plans.On(checkIn).Price, taxes, nights, plans.SupplementCents(checkIn, nights, guests), nightCents);
    }

    /// <summary>The amounts of a stay by the plan in force on the day of arrival.</summary>
    /// <param name="price">What the plan makes of a stay.</param>
    /// <param name="supplement">For guests above the base capacity, all nights, in cents.</param>
    internal static StayPrice Stay(in PlanPrice price, ImmutableArray<TaxRate> taxes, int nights, long supplement, long nightCents)
    {
        var basePrice = checked(nightCents + supplement);
        var discount = Cents.Share(basePrice, price.DiscountBasisPoints(nights));
        var serviceFee = Cents.Share(basePrice - discount, price.ServiceBasisPoints);
        var tax = 0L;
        foreach (var rate in taxes)
        {
            tax = checked(tax + Cents.Share(basePrice, rate.BasisPoints));
        }

        return new StayPrice(
            basePrice, supplement, discount, price.CleaningCents, serviceFee, tax,
            checked(basePrice - discount + price.CleaningCents + serviceFee + tax));
    }

    /// <summary>The full quote of a stay on these nights, whether or not they are for sale.</summary>
    /// <param name="offer">The unit.</param>
    /// <param name="request">Asks for exactly the nights given.</param>
    /// <param name="nights">One for each night of the stay, in date order.</param>
    /// <param name="cleaningFee">What was agreed on already for the room, whatever the plan says now; null: what the plan says.</param>
    /// <exception cref="ArgumentException">The nights are not those of the stay.</exception>
    public static Quote Quote(UnitOffer offer, StayRequest request, ReadOnlySpan<CalendarNight> nights, decimal? cleaningFee = null)
    {
        if (nights.Length != request.Nights || nights.IsEmpty || nights[0].Date != request.CheckIn)
        {
            throw new ArgumentException("the nights are not those of the stay", nameof(nights));
        }

        var quoted = new QuotedNight[nights.Length];
        var nightCents = 0L;
        for (var i = 0; i < nights.Length; i++)
        {
            var plan = offer.Plans.On(nights[i].Date);
            var price = nights[i].Price is { } named ? Cents.Of(named) : plan.BasePriceCents;
            nightCents += price;
            quoted[i] = new QuotedNight(nights[i].Date, Cents.Amount(price), Cents.Amount(price + plan.SupplementCents(request.Guests)));
        }

        var stay = Stay(offer.Plans, offer.Taxes, request.CheckIn, nights.Length, request.Guests, nightCents).WithCleaning(cleaningFee);
        return new Quote(
            offer.UnitId, offer.PropertyId, offer.CityId, offer.HostUnitId, offer.PropertyName, offer.UnitName,
            request.CheckIn, request.CheckOut, offer.Plans.On(request.CheckIn).Currency, quoted, QuoteLines.Of(offer, request, stay),
            stay.BasePrice, stay.Discount, stay.CleaningFee, stay.ServiceFee, stay.Taxes, stay.Total,
            offer.CancellationPolicy);
    }
}

/// <summary>What a stay costs, by line, in whole cents.</summary>
/// <param name="BaseCents">Nights and supplement.</param>
/// <param name="SupplementCents">The part of the base price that is for guests above the base capacity.</param>
/// <param name="DiscountCents">Positive, to be subtracted.</param>
/// <param name="TotalCents">base - discount + cleaning fee + service fee + taxes.</param>
public readonly record struct StayPrice(
    long BaseCents, long SupplementCents, long DiscountCents, long CleaningCents, long ServiceCents, long TaxCents, long TotalCents)
{
    /// <summary>Whether it is sold: who has set no price yet gives nothing away for the fees alone.</summary>
    public bool IsSold => BaseCents > 0 && TotalCents > 0;

    /// <summary>The same with another fee for cleaning, which no other line depends on; null: the same.</summary>
    public StayPrice WithCleaning(decimal? fee) =>
        fee is { } agreed ? this with { CleaningCents = Cents.Of(agreed), TotalCents = checked(TotalCents - CleaningCents + Cents.Of(agreed)) } : this;

    public decimal BasePrice => Cents.Amount(BaseCents);

    public decimal Supplement => Cents.Amount(SupplementCents);

    public decimal Discount => Cents.Amount(DiscountCents);

    public decimal CleaningFee => Cents.Amount(CleaningCents);

    public decimal ServiceFee => Cents.Amount(ServiceCents);

    public decimal Taxes => Cents.Amount(TaxCents);

    public decimal Total => Cents.Amount(TotalCents);
}
