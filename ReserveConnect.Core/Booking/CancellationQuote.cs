using ReserveConnect.Finance;

namespace ReserveConnect.Booking;

/// <summary>What a cancellation gives back and what is kept, and by whom.</summary>
/// <param name="Total">What the stay costs as it stands.</param>
/// <param name="Refund">What goes back.</param>
/// <param name="RefundPercentage">What the rule says, per cent of the total.</param>
/// <param name="Kept">What does not.</param>
/// <param name="KeptBy">Who has that.</param>
/// <param name="Reason">The rule: <c>policy</c>, <c>right_of_withdrawal</c>, <c>ceiling</c> (a stay that was moved gives no more than before) or <c>forced</c>.</param>
/// <param name="Policy">Code of the cancellation policy.</param>
/// <param name="CheckInAt">UTC instant that notice is counted to.</param>
/// <param name="HoldsUntil">UTC instant until which a cancellation gives as much; null: it becomes no less.</param>
public sealed record CancellationQuote(
    string Currency,
    decimal Total,
    decimal Refund,
    decimal RefundPercentage,
    decimal Kept,
    KeptShares KeptBy,
    string Reason,
    string Policy,
    DateTimeOffset CheckInAt,
    DateTimeOffset? HoldsUntil);

/// <summary>Who keeps what of a price, in its currency.</summary>
public sealed record KeptShares(decimal Property, decimal Commission, decimal ServiceFee, decimal Taxes);

/// <summary>What a cancellation moves: the promise, and the shares in the books that it comes from.</summary>
/// <param name="Quote">As it is shown.</param>
/// <param name="Reversed">What leaves the books; null when nothing goes back.</param>
public sealed record CancellationMoney(CancellationQuote Quote, ReversedMoney? Reversed)
{
    /// <summary>A share of the price, rounded half to even, of which no more than is left with us goes back.</summary>
    /// <param name="share">What the terms say.</param>
    /// <param name="policy">Code of the policy.</param>
    /// <param name="standing">The money as it stands.</param>
    /// <param name="left">What of it has not gone back in any way.</param>
    public static CancellationMoney Of(CancellationShare share, string policy, StandingMoney standing, decimal left)
    {
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(standing);
        return Of(share, policy, standing, Math.Min(left, decimal.Round(standing.Booking.Total * share.Percent / 100m, 2, MidpointRounding.ToEven)), share.Reason);
    }

    /// <inheritdoc cref="Of(CancellationShare, string, StandingMoney, decimal)"/>
    /// <param name="refund">What goes back: at most the price, and what is left.</param>
    /// <param name="reason">The rule.</param>
    public static CancellationMoney Of(CancellationShare share, string policy, StandingMoney standing, decimal refund, string reason)
    {
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(standing);
        var booking = standing.Booking;
        refund = Math.Clamp(refund, 0m, booking.Total);
        var reversed = refund > 0 ? ReversedMoney.Of(booking, standing.ServiceTax, refund) : null;
        return new(
            new(
                booking.Currency, booking.Total, refund, share.Percent, booking.Total - refund,
                new(
                    booking.NetToProperty - (reversed?.ToProperty ?? 0), booking.Commission - (reversed?.Commission ?? 0),
                    booking.ServiceFee - (reversed?.ServiceFee ?? 0), booking.BookingTax - (reversed?.BookingTax ?? 0)),
                reason, policy, share.CheckInAt, share.HoldsUntil),
            reversed);
    }
}
