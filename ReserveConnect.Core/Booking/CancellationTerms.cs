using ReserveConnect.Inventory;

namespace ReserveConnect.Booking;

/// <summary>What decides on a cancellation's refund beside the instant: all of it is fixed when the stay is booked, but the ceiling and the rules of the city's time zone.</summary>
/// <param name="CheckIn">Local date of arrival.</param>
/// <param name="TimeZone">IANA name of the city's zone.</param>
/// <param name="BookedAt">UTC instant.</param>
/// <param name="Policy">The copy that the reservation keeps.</param>
/// <param name="RightOfWithdrawal">Whether the city granted it.</param>
/// <param name="CeilingPercent">At most this, per cent, whatever the rule.</param>
public sealed record CancellationTerms(
    DateOnly CheckIn, string TimeZone, DateTimeOffset BookedAt, CancellationPolicyCopy Policy, bool RightOfWithdrawal, decimal CeilingPercent = 100m)
{
    /// <summary>Check-in begins at 14:00 local (design section 11).</summary>
    public static readonly TimeOnly CheckInTime = new(14, 0);

    /// <summary>The right of withdrawal lasts so long from booking (CDC, article 49).</summary>
    public static readonly TimeSpan WithdrawalTime = TimeSpan.FromDays(7);

    /// <summary>And ends so long before check-in.</summary>
    public static readonly TimeSpan WithdrawalNotice = TimeSpan.FromHours(72);

    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>The instant of check-in; hours before it are counted as they pass, whatever the clocks on the wall do meanwhile.</summary>
    /// <exception cref="TimeZoneNotFoundException">The city is configured with a zone that does not exist.</exception>
    public DateTimeOffset CheckInAt
    {
        get
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
            var local = CheckIn.ToDateTime(CheckInTime);
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
    }

    /// <summary>What goes back of the price at an instant. Later never gives more; a limit is still in time at its very instant.</summary>
    public CancellationShare At(DateTimeOffset now)
    {
        var (percent, reason) = PercentAt(now);
        var until = Limits.Where(limit => limit >= now).Order().Cast<DateTimeOffset?>().FirstOrDefault(limit => PercentAt(limit!.Value + Tick).Percent < percent);
        return new(percent, reason, CheckInAt, until);
    }

    /// <summary>What goes back at an instant for who has wished to cancel and had to wait: as of the wish, as long as that counts.</summary>
    public CancellationShare At(DateTimeOffset now, CancelWish? wish)
    {
        if (wish is null || now <= wish.At || now > wish.CountsUntil)
        {
            return At(now);
        }

        var wished = At(wish.At);
        var after = At(wish.CountsUntil + Tick);
        return wished with { HoldsUntil = after.Percent < wished.Percent ? wish.CountsUntil : after.HoldsUntil, WishedAt = wish.At };
    }

    private IEnumerable<DateTimeOffset> Limits =>
    [
        .. Policy.Tiers.Select(tier => CheckInAt - TimeSpan.FromHours(tier.HoursBeforeCheckIn)),
        BookedAt + WithdrawalTime,
        CheckInAt - WithdrawalNotice,
    ];

    private (decimal Percent, string Reason) PercentAt(DateTimeOffset now)
    {
        var notice = CheckInAt - now;
        var byPolicy = Policy.Tiers
            .Where(tier => notice >= TimeSpan.FromHours(tier.HoursBeforeCheckIn))
            .Select(tier => tier.RefundPercentage)
            .DefaultIfEmpty(0m)
            .Max();
        var withdraws = RightOfWithdrawal && now - BookedAt <= WithdrawalTime && notice >= WithdrawalNotice && byPolicy < 100m;
        var (percent, reason) = withdraws ? (100m, CancellationReason.RightOfWithdrawal) : (byPolicy, CancellationReason.Policy);
        return percent > CeilingPercent ? (CeilingPercent, CancellationReason.Ceiling) : (percent, reason);
    }
}

/// <summary>What goes back of a price.</summary>
/// <param name="Percent">Of the price, per cent.</param>
/// <param name="Reason">One of <see cref="CancellationReason"/>.</param>
/// <param name="CheckInAt">UTC instant that notice is counted to.</param>
/// <param name="HoldsUntil">UTC instant until which, itself included, it is as much; null: it becomes no less.</param>
/// <param name="WishedAt">UTC instant of the wish that the rule was asked at; null: it was asked as of now.</param>
public sealed record CancellationShare(
    decimal Percent, string Reason, DateTimeOffset CheckInAt, DateTimeOffset? HoldsUntil, DateTimeOffset? WishedAt = null);

/// <summary>Which rule a refund comes from.</summary>
public static class CancellationReason
{
    /// <summary>The tier of the policy that the notice reaches.</summary>
    public const string Policy = "policy";

    /// <summary>CDC, article 49: all of it.</summary>
    public const string RightOfWithdrawal = "right_of_withdrawal";

    /// <summary>The stay was moved, and would have given no more when it was.</summary>
    public const string Ceiling = "ceiling";

    /// <summary>A supervisor said so.</summary>
    public const string Forced = "forced";
}
