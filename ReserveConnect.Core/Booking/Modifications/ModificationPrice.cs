namespace ReserveConnect.Booking.Modifications;

/// <summary>What a change of a booking costs, in the booking's currency; fixed when the change is asked for.</summary>
/// <param name="OldTotal">What the stay costs as it stands.</param>
/// <param name="NewTotal">What it is to cost.</param>
/// <param name="Difference">New less old; negative where the new stay is cheaper.</param>
/// <param name="AmountDue">To be paid.</param>
/// <param name="Refund">Goes back.</param>
/// <param name="Kept">Of a cheaper stay, what does not go back, by the cancellation policy.</param>
/// <param name="GivenBefore">Of a cheaper stay, what the guest had already been given: it does not go back a second time.</param>
/// <param name="RefundPercentage">What that policy gives at this moment, per cent.</param>
/// <param name="RefundCeilingPercent">
/// No later cancellation gives a higher share of the new price: of the old one no more than now, and all of what is paid for the change.
/// </param>
public sealed record ModificationPrice(
    decimal OldTotal, decimal NewTotal, decimal Difference, decimal AmountDue, decimal Refund, decimal Kept, decimal GivenBefore,
    decimal RefundPercentage, decimal RefundCeilingPercent)
{
    /// <summary>As the column has it.</summary>
    private const int CeilingPlaces = 6;

    /// <summary>
    /// Dearer: the guest pays the difference. Cheaper: giving up a part of a stay is worth what giving up all of it is, so of the
    /// difference goes back what the cancellation policy gives, rounded half to even.
    /// </summary>
    /// <param name="oldTotal">What it costs.</param>
    /// <param name="newTotal">What it is to cost.</param>
    /// <param name="refundPercentage">What the policy gives now, per cent.</param>
    /// <param name="money">What is left of the guest's money: no more can go back.</param>
    public static ModificationPrice Of(decimal oldTotal, decimal newTotal, decimal refundPercentage, MoneyBehind money)
    {
        ArgumentNullException.ThrowIfNull(money);
        var difference = newTotal - oldTotal;
        var given = Math.Max(0m, -difference);
        var due = Math.Max(0m, difference);
        // What was given back to the guest before is no part of what they give up now.
        var worth = Math.Min(given, money.Standing);
        var back = decimal.Round(worth * refundPercentage / 100m, 2, MidpointRounding.ToEven);
        var refund = Math.Min(money.Left, back);
        return new(
            oldTotal, newTotal, difference, due, refund, Kept: worth - back, GivenBefore: given - worth + back - refund, refundPercentage,
            decimal.Round(((oldTotal * refundPercentage) + (due * 100m)) / (oldTotal + due), CeilingPlaces, MidpointRounding.ToEven));
    }

    /// <summary>The same where less of the guest's money is left than when it was promised.</summary>
    public ModificationPrice Within(MoneyBehind money) => Of(OldTotal, NewTotal, RefundPercentage, money);
}

/// <summary>The money behind a stay.</summary>
/// <param name="Left">Received, and not on its way back in any way.</param>
/// <param name="Standing">What the books still have of its price: less what property and platform have given back of their shares.</param>
public sealed record MoneyBehind(decimal Left, decimal Standing);
