namespace ReserveConnect.Finance;

/// <summary>
/// What of a confirmed booking's money goes back to its guest: every share of the price pro rata (money.md, cancellation after
/// confirmation), allocated so that the shares add up to the refund.
/// </summary>
/// <param name="Booking">The money as it stands before.</param>
/// <param name="Refund">R: more than zero, at most the booking's total.</param>
/// <param name="ToProperty">Taken back from the property.</param>
/// <param name="Commission">Taken back from our commission.</param>
/// <param name="ServiceFee">Taken back from our service fee.</param>
/// <param name="BookingTax">No longer owed as booking tax.</param>
/// <param name="ServiceTax">ISS no longer owed on what we gave back.</param>
public sealed record ReversedMoney(
    ConfirmedMoney Booking, decimal Refund, decimal ToProperty, decimal Commission, decimal ServiceFee, decimal BookingTax, decimal ServiceTax)
{
    /// <summary>What of the commission we keep.</summary>
    public decimal CommissionKept => Booking.Commission - Commission;

    /// <param name="booking">The money as it stands.</param>
    /// <param name="serviceTax">The ISS posted for it.</param>
    /// <param name="refund">What goes back, two places.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing goes back, or more than there is.</exception>
    public static ReversedMoney Of(ConfirmedMoney booking, decimal serviceTax, decimal refund)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(refund);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(refund, booking.Total);
        var shares = Allocation.Split(refund, [booking.NetToProperty, booking.Commission, booking.ServiceFee, booking.BookingTax]);
        return new(
            booking, refund, shares[0], shares[1], shares[2], shares[3],
            decimal.Round(serviceTax * refund / booking.Total, 2, MidpointRounding.ToEven));
    }
}
