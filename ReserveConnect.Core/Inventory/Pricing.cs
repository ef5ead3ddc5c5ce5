namespace ReserveConnect.Inventory;

/// <summary>
/// The price of a stay (money.md): each line is rounded half to even once, at its end. The search index and the
/// quote both price through <see cref="Stay"/>, so that they cannot disagree.
/// </summary>
public static class Pricing
{
    /// <summary>The amounts of a stay from the sum of its nights' prices.</summary>
    /// <param name="plan">The unit's rate plan.</param>
    /// <param name="taxes">What is charged on bookings.</param>
    /// <param name="nightPrices">Sum of the nights' prices, without supplements.</param>
    /// <param name="nights">How many nights.</param>
    /// <param name="guests">How many guests.</param>
    public static StayPrice Stay(RatePlan plan, IReadOnlyList<TaxRate> taxes, decimal nightPrices, int nights, int guests)
    {
        var supplement = Round(Supplement(plan, guests) * nights);
        var basePrice = Round(nightPrices) + supplement;
        var discount = Percent(basePrice, DiscountPercent(plan, nights));
        var serviceFee = Percent(basePrice - discount, plan.ServiceFeePercentage);
        var tax = 0m;
        for (var i = 0; i < taxes.Count; i++)
        {
            tax += Percent(basePrice, taxes[i].Rate);
        }

        var cleaningFee = Round(plan.CleaningFee);
        return new StayPrice(
            basePrice, supplement, discount, cleaningFee, serviceFee, tax,
            basePrice - discount + cleaningFee + serviceFee + tax);
    }

    /// <summary>The full quote of a stay on these nights, whether or not they are for sale.</summary>
    /// <param name="offer">The unit.</param>
    /// <param name="request">Asks for exactly the nights given.</param>
    /// <param name="nights">One for each night of the stay, in date order.</param>
    /// <exception cref="ArgumentException">The nights are not those of the stay.</exception>
    public static Quote Quote(UnitOffer offer, StayRequest request, ReadOnlySpan<CalendarNight> nights)
    {
        if (nights.Length != request.Nights || nights.IsEmpty || nights[0].Date != request.CheckIn)
        {
            throw new ArgumentException("the nights are not those of the stay", nameof(nights));
        }

        var plan = offer.RatePlan;
        var supplement = Supplement(plan, request.Guests);
        var quoted = new QuotedNight[nights.Length];
        var prices = 0m;
        for (var i = 0; i < nights.Length; i++)
        {
            var price = nights[i].Price ?? plan.BasePrice;
            prices += price;
            quoted[i] = new QuotedNight(nights[i].Date, price, price + supplement);
        }

        var stay = Stay(plan, offer.Taxes, prices, nights.Length, request.Guests);
        return new Quote(
            offer.UnitId, offer.PropertyId, offer.CityId, offer.HostUnitId, offer.PropertyName, offer.UnitName,
            request.CheckIn, request.CheckOut, plan.Currency, quoted, Lines(offer, stay, nights.Length),
            stay.BasePrice, stay.Discount, stay.CleaningFee, stay.ServiceFee, stay.Taxes, stay.Total,
            offer.CancellationPolicy);
    }

    private static List<QuoteLine> Lines(UnitOffer offer, StayPrice stay, int nights)
    {
        var plan = offer.RatePlan;
        List<QuoteLine> lines =
        [
            new("accommodation", nights == 1 ? "1 night" : FormattableString.Invariant($"{nights} nights"), stay.BasePrice - stay.Supplement),
        ];
        Add("extra_guests", $"Guests above {plan.BaseCapacity}", stay.Supplement);
        Add("length_of_stay_discount", $"{DiscountPercent(plan, nights):0.##} % for a stay of {nights} nights", -stay.Discount);
        Add("cleaning_fee", $"Cleaning fee", stay.CleaningFee);
        Add("service_fee", $"Service fee {plan.ServiceFeePercentage:0.##} %", stay.ServiceFee);
        foreach (var tax in offer.Taxes)
        {
            Add($"tax_{tax.TaxType.ToLowerInvariant()}", $"{tax.TaxType} {tax.Rate:0.##} %", Percent(stay.BasePrice, tax.Rate));
        }

        return lines;

        void Add(string code, FormattableString description, decimal amount)
        {
            if (amount != 0)
            {
                lines.Add(new QuoteLine(code, FormattableString.Invariant(description), amount));
            }
        }
    }

    private static decimal Supplement(RatePlan plan, int guests) =>
        plan.ExtraGuestFee * Math.Max(0, guests - plan.BaseCapacity);

    private static decimal DiscountPercent(RatePlan plan, int nights)
    {
        var (reached, percent) = (0, 0m);
        for (var i = 0; i < plan.LengthOfStayDiscounts.Count; i++)
        {
            var step = plan.LengthOfStayDiscounts[i];
            if (step.MinNights <= nights && step.MinNights > reached)
            {
                (reached, percent) = (step.MinNights, step.Percent);
            }
        }

        return percent;
    }

    private static decimal Percent(decimal amount, decimal percent) => Round(amount * percent / 100m);

    private static decimal Round(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);
}

/// <summary>What a stay costs, by line.</summary>
/// <param name="BasePrice">Nights and supplement.</param>
/// <param name="Supplement">The part of the base price that is for guests above the base capacity.</param>
/// <param name="Discount">Positive, to be subtracted.</param>
/// <param name="Total">base - discount + cleaning fee + service fee + taxes.</param>
public readonly record struct StayPrice(
    decimal BasePrice,
    decimal Supplement,
    decimal Discount,
    decimal CleaningFee,
    decimal ServiceFee,
    decimal Taxes,
    decimal Total);
