namespace ReserveConnect.Inventory;

/// <summary>A stay near to one that cannot be had, free when it was last looked at.</summary>
/// <param name="Kind"><c>other_dates</c> of the same unit, <c>other_unit</c> of the same property,
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
    string Currency);
