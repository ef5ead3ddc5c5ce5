namespace ReserveConnect.Inventory.Search;

/// <summary>What a stay costs in the index, by the same function as the quote.</summary>
internal static class StayTotal
{
    /// <summary>The total in cents if the stay is sold for more than nothing; else null.</summary>
    /// <param name="firstDay">First day of the index.</param>
    /// <param name="first">Day of arrival, counted from it.</param>
    public static long? Of(IndexedUnit unit, DateOnly firstDay, int first, int nights, int guests) =>
        unit.Nights.Sum(first, nights) is { } cents ? Of(unit, firstDay, first, nights, guests, cents) : null;

    /// <summary>The total in cents of nights with this sum; null when it is nothing.</summary>
    public static long? Of(IndexedUnit unit, DateOnly firstDay, int first, int nights, int guests, long cents)
    {
        var total = Pricing.Stay(unit.Offer.Plans, unit.Offer.Taxes, firstDay.AddDays(first), nights, guests, cents).TotalCents;
        return total > 0 ? total : null;
    }
}
