namespace ReserveConnect.Finance;

/// <summary>What a change of a booking moves in the books, and what stands in them after it.</summary>
/// <param name="Before">As its price was shared.</param>
/// <param name="After">As the new price is shared; of the same reservation.</param>
/// <param name="Rule">The commission on the new price, with the rule in force at booking.</param>
/// <param name="ServiceTax">ISS on commission and service fee of the new price.</param>
/// <param name="ServiceTaxMore">How much more than before; negative: less.</param>
/// <param name="Kept">What does not go back of a price that fell; null: all of it does, or nothing fell.</param>
/// <param name="Restored">What had been taken back from somebody and is more than the new price gives them; null: nothing is.</param>
public sealed record ModifiedMoney(
    ConfirmedMoney Before, ConfirmedMoney After, Commission Rule, decimal ServiceTax, decimal ServiceTaxMore, KeptDifference? Kept,
    RestoredShares? Restored)
{
    /// <param name="before">As its price was shared.</param>
    /// <param name="after">As the new price is shared.</param>
    /// <param name="rule">The commission in <paramref name="after"/>.</param>
    /// <param name="standing">What the books still have of <paramref name="before"/>.</param>
    /// <param name="serviceTax">ISS that was posted for <paramref name="before"/>, and its rate at booking, per cent.</param>
    /// <param name="kept">What does not go back, at most what stands.</param>
    public static ModifiedMoney Of(
        ConfirmedMoney before, ConfirmedMoney after, Commission rule, StandingMoney standing, (decimal Posted, decimal Rate) serviceTax, decimal kept)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(standing);
        var tax = after.ServiceTaxAt(serviceTax.Rate);
        return new(
            before, after, rule, tax, tax - serviceTax.Posted,
            kept == 0 ? null : KeptDifference.Of(standing.Booking, standing.ServiceTax, kept),
            RestoredShares.Of(before, after, standing, (serviceTax.Posted, tax, serviceTax.Rate)));
    }
}

/// <summary>
/// A fee for a stay that became cheaper: the guest gave up a part of it too late. It is shared as the price was that the guest
/// gave up, by the rule in force at booking (money.md, retained cancellation fee).
/// </summary>
/// <param name="ServiceTax">ISS on our part of it.</param>
public sealed record KeptDifference(decimal ToProperty, decimal Commission, decimal ServiceFee, decimal BookingTax, decimal ServiceTax)
{
    public decimal Amount => ToProperty + Commission + ServiceFee + BookingTax;

    /// <param name="before">The money as it stood.</param>
    /// <param name="serviceTax">The ISS that was posted for it.</param>
    /// <param name="kept">More than zero, two places, at most the price.</param>
    public static KeptDifference Of(ConfirmedMoney before, decimal serviceTax, decimal kept)
    {
        var shares = ReversedMoney.Of(before, serviceTax, kept);
        return new(shares.ToProperty, shares.Commission, shares.ServiceFee, shares.BookingTax, shares.ServiceTax);
    }
}

/// <summary>
/// Of a stay whose property and platform had given something back, nobody's share of a new price falls below nothing: what was
/// given back is taken from those who have a share of it, and what is more than all of it is theirs again.
/// </summary>
/// <param name="ToProperty">More than before; negative: less.</param>
/// <param name="ServiceTax">ISS that is owed again.</param>
public sealed record RestoredShares(decimal ToProperty, decimal Commission, decimal ServiceFee, decimal BookingTax, decimal ServiceTax)
{
    /// <summary>How much more was given back than the new price is; nothing where the shares only move among each other.</summary>
    public decimal Amount => ToProperty + Commission + ServiceFee + BookingTax;

    /// <returns>Null when every share is enough for what was taken from it.</returns>
    internal static RestoredShares? Of(
        ConfirmedMoney before, ConfirmedMoney after, StandingMoney standing, (decimal Before, decimal After, decimal Rate) serviceTax)
    {
        var kept = standing.Booking;
        decimal[] left =
        [
            after.NetToProperty - before.NetToProperty + kept.NetToProperty,
            after.Commission - before.Commission + kept.Commission,
            after.ServiceFee - before.ServiceFee + kept.ServiceFee,
            after.BookingTax - before.BookingTax + kept.BookingTax,
        ];
        var taxLeft = serviceTax.After - serviceTax.Before + standing.ServiceTax;
        var total = Math.Max(0m, left.Sum());
        var shares = left.All(share => share >= 0) ? left
            : total == 0 ? [0m, 0m, 0m, 0m]
            : Allocation.Split(total, [after.NetToProperty, after.Commission, after.ServiceFee, after.BookingTax]);
        var tax = ReferenceEquals(shares, left)
            ? Math.Max(0m, taxLeft)
            : decimal.Round((shares[1] + shares[2]) * serviceTax.Rate / 100m, 2, MidpointRounding.ToEven);
        return ReferenceEquals(shares, left) && tax == taxLeft
            ? null
            : new(shares[0] - left[0], shares[1] - left[1], shares[2] - left[2], shares[3] - left[3], tax - taxLeft);
    }
}
