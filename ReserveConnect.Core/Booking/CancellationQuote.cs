using ReserveConnect.Finance;

namespace ReserveConnect.Booking;

/// <summary>What a cancellation gives back and what is kept, and by whom.</summary>
/// <param name="Total">What the stay costs as it stands.</param>
/// <param name="Refund">What goes back.</param>
/// <param name="AlreadyGiven">What is owed by the rule and went back before, at our expense: a gift is no fee for the property.</param>
/// <param name="RefundPercentage">What the rule says, or a supervisor, per cent of the total.</param>
/// <param name="Kept">What does not.</param>
/// <param name="KeptBy">Who has that.</param>
/// <param name="Reason">The rule: <c>policy</c>, <c>right_of_withdrawal</c>, <c>ceiling</c> (a stay that was moved gives no more than before) or <c>forced</c>.</param>
/// <param name="Policy">Code of the cancellation policy.</param>
/// <param name="CheckInAt">UTC instant that notice is counted to.</param>
/// <param name="HoldsUntil">UTC instant until which a cancellation gives as much; null: it becomes no less.</param>
/// <param name="WishedAt">UTC instant at which the guest asked to cancel and had to wait for the end of a change: what counts; null: nobody had to.</param>
public sealed record CancellationQuote(
    string Currency,
    decimal Total,
    decimal Refund,
    decimal AlreadyGiven,
    decimal RefundPercentage,
    decimal Kept,
    KeptShares KeptBy,
    string Reason,
    string Policy,
    DateTimeOffset CheckInAt,
    DateTimeOffset? HoldsUntil,
    DateTimeOffset? WishedAt = null);

/// <summary>Who keeps what of a price, in its currency.</summary>
public sealed record KeptShares(decimal Property, decimal Commission, decimal ServiceFee, decimal Taxes);

/// <summary>What a cancellation moves: the promise, and the shares in the books that it comes from.</summary>
/// <param name="Quote">As it is shown.</param>
/// <param name="Reversed">What leaves the books; null when nothing goes back.</param>
public sealed record CancellationMoney(CancellationQuote Quote, ReversedMoney? Reversed)
{
    /// <summary>A share of the price, rounded half to even. What we have given of it before does not go back again.</summary>
    /// <param name="share">What the terms say.</param>
    /// <param name="policy">Code of the policy.</param>
    /// <param name="standing">The money as it stands.</param>
    /// <param name="left">What of it has not gone back in any way.</param>
    public static CancellationMoney Of(CancellationShare share, string policy, StandingMoney standing, decimal left)
    {
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(standing);
        return Of(share, policy, standing, decimal.Round(standing.Booking.Total * share.Percent / 100m, 2, MidpointRounding.ToEven), left, share.Reason);
    }

    /// <inheritdoc cref="Of(CancellationShare, string, StandingMoney, decimal)"/>
    /// <param name="owed">What the guest is to have back of the price.</param>
    /// <param name="reason">The rule.</param>
    public static CancellationMoney Of(CancellationShare share, string policy, StandingMoney standing, decimal owed, decimal left, string reason)
    {
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(standing);
        var booking = standing.Booking;
        owed = Math.Clamp(owed, 0m, booking.Total);
        var refund = Math.Clamp(left, 0m, owed);
        var reversed = owed > 0 ? ReversedMoney.Of(booking, standing.ServiceTax, owed) : null;
        return new(
            new(
                booking.Currency, booking.Total, refund, owed - refund, PercentOf(owed, booking.Total, share, reason), booking.Total - owed,
                new(
                    booking.NetToProperty - (reversed?.ToProperty ?? 0), booking.Commission - (reversed?.Commission ?? 0),
                    booking.ServiceFee - (reversed?.ServiceFee ?? 0), booking.BookingTax - (reversed?.BookingTax ?? 0)),
                reason, policy, share.CheckInAt, share.HoldsUntil, share.WishedAt),
            reversed);
    }

    private static decimal PercentOf(decimal owed, decimal total, CancellationShare share, string reason) =>
        reason != CancellationReason.Forced ? share.Percent
            : total == 0 ? 0m
            : decimal.Round(100m * owed / total, 2, MidpointRounding.ToEven);
}
