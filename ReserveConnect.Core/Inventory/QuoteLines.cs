namespace ReserveConnect.Inventory;

/// <summary>The lines of a bill, for a person to read: what is nothing is left out, and the rest adds up to the total.</summary>
internal static class QuoteLines
{
    /// <summary>The lines of a stay that costs so much.</summary>
    public static IReadOnlyList<QuoteLine> Of(UnitOffer offer, StayRequest request, StayPrice stay)
    {
        var (nights, plan) = (request.Nights, offer.Plans.On(request.CheckIn));
        List<QuoteLine> lines =
        [
            new("accommodation", nights == 1 ? "1 night" : FormattableString.Invariant($"{nights} nights"), stay.BasePrice - stay.Supplement),
        ];
        // How many guests a night is for may differ from plan to plan.
        Add("extra_guests", offer.Plans.IsSingle ? (FormattableString)$"Guests above {plan.BaseCapacity}" : $"Extra guests", stay.Supplement);
        Add("length_of_stay_discount", $"{Percent(plan.DiscountBasisPoints(nights)):0.##} % for a stay of {nights} nights", -stay.Discount);
        Add("cleaning_fee", $"Cleaning fee", stay.CleaningFee);
        Add("service_fee", $"Service fee {plan.ServiceFeePercentage:0.##} %", stay.ServiceFee);
        foreach (var tax in offer.Taxes)
        {
            Add($"tax_{tax.TaxType.ToLowerInvariant()}", $"{tax.TaxType} {tax.Rate:0.##} %", Cents.Amount(Cents.Share(stay.BaseCents, tax.BasisPoints)));
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

    private static decimal Percent(int basisPoints) => Cents.Amount(basisPoints);
}
