namespace ReserveConnect.Inventory;

/// <summary>A stay near to one that cannot be had, bookable as it stands when it was looked up.</summary>
/// <param name="Kind"><c>other_unit</c> of the same property, <c>other_dates</c> of the same unit,
/// <c>other_property</c> of the city.</param>
/// <param name="Total">Exact price of the stay, in <paramref name="Currency"/>.</param>
public sealed record StayAlternative(
    string Kind,
    Guid UnitId,
    Guid PropertyId,
    string PropertyName,
    string UnitName,
    DateOnly CheckIn,
    DateOnly CheckOut,
    decimal Total,
    string Currency)
{
    /// <summary>The alternative that a quote stands for.</summary>
    public static StayAlternative From(string kind, Quote quote) => new(
        kind, quote.UnitId, quote.PropertyId, quote.PropertyName, quote.UnitName,
        quote.CheckIn, quote.CheckOut, quote.Total, quote.Currency);
}
