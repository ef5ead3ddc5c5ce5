using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Stays;

/// <summary>What a guest gets back who never came: what the reservation's own copy of its policy says, and no rule beside it.</summary>
public static class NoShowRefund
{
    /// <param name="policy">As it stood when the stay was priced.</param>
    /// <param name="ceiling">Of a stay that was moved: it gives no higher share, per cent.</param>
    /// <param name="total">What was paid.</param>
    /// <param name="notice">
    /// How long before check-in it is decided: less than nothing, so that only a tier below zero hours, a grace after check-in,
    /// gives anything.
    /// </param>
    /// <returns>In the currency of <paramref name="total"/>, rounded half to even.</returns>
    public static decimal Of(CancellationPolicyCopy policy, decimal ceiling, decimal total, TimeSpan notice)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var percentage = policy.Tiers
            .Where(tier => notice >= TimeSpan.FromHours(tier.HoursBeforeCheckIn))
            .Select(tier => tier.RefundPercentage)
            .DefaultIfEmpty(0m)
            .Max();
        return decimal.Round(total * Math.Min(percentage, ceiling) / 100m, 2, MidpointRounding.ToEven);
    }
}
