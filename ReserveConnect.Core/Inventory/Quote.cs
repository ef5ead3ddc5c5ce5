namespace ReserveConnect.Inventory;

/// <summary>
/// The price of a stay with every night and line (money.md, 'Price of a stay'). All amounts in
/// <paramref name="Currency"/>, two places. Stored with the booking intent: a later price change does not move it.
/// </summary>
/// <param name="HostUnitId">The unit as the Host knows it.</param>
/// <param name="Nights">In date order; their amounts add up to <paramref name="BasePrice"/>.</param>
/// <param name="Lines">Add up to <paramref name="Total"/>; the discount is negative.</param>
/// <param name="Discount">Positive, to be subtracted.</param>
/// <param name="Total">base - discount + cleaning fee + service fee + taxes.</param>
/// <param name="CancellationPolicy">As it stands now, for the reservation to keep.</param>
public record Quote(
    Guid UnitId,
    Guid PropertyId,
    Guid CityId,
    Guid HostUnitId,
    string PropertyName,
    string UnitName,
    DateOnly CheckIn,
    DateOnly CheckOut,
    string Currency,
    IReadOnlyList<QuotedNight> Nights,
    IReadOnlyList<QuoteLine> Lines,
    decimal BasePrice,
    decimal Discount,
    decimal CleaningFee,
    decimal ServiceFee,
    decimal Taxes,
    decimal Total,
    CancellationPolicyCopy CancellationPolicy);

/// <summary>One night of a quote.</summary>
/// <param name="Price">The calendar's price, or the rate plan's where the calendar names none.</param>
/// <param name="Amount">The price and the supplement for guests above the base capacity.</param>
public sealed record QuotedNight(DateOnly Date, decimal Price, decimal Amount)
{
    /// <summary>What guests above the base capacity pay for this night.</summary>
    public decimal Supplement => Amount - Price;
}

/// <summary>One line of the bill.</summary>
/// <param name="Code">Stable: <c>accommodation</c>, <c>extra_guests</c>, <c>length_of_stay_discount</c>,
/// <c>cleaning_fee</c>, <c>service_fee</c>, <c>tax_...</c>.</param>
/// <param name="Description">For a person.</param>
/// <param name="Amount">Negative for a discount.</param>
public sealed record QuoteLine(string Code, string Description, decimal Amount);
