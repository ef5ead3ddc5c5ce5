namespace ReserveConnect.Inventory;

/// <summary>A cancellation policy as it stood when a stay was priced; the reservation keeps this copy.</summary>
/// <param name="Code"><c>flexible</c>, <c>moderate</c>, <c>strict</c>, <c>non_refundable</c>.</param>
/// <param name="Tiers">The longest notice first.</param>
public sealed record CancellationPolicyCopy(string Code, string Name, IReadOnlyList<CancellationTier> Tiers);

/// <summary>What a guest gets back who cancels in time.</summary>
/// <param name="HoursBeforeCheckIn">At least so many hours before check-in at 14:00 local.</param>
/// <param name="RefundPercentage">Per cent of what was paid.</param>
public sealed record CancellationTier(int HoursBeforeCheckIn, decimal RefundPercentage);
