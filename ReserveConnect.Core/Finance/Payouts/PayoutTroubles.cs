using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>The exceptions that payouts raise.</summary>
internal static class PayoutTroubles
{
    public const string Approval = "payout_approval";
    public const string Failed = "payout_failed";
    public const string Pending = "payout_pending";
    public const string Blocked = "payout_blocked";
    public const string Returned = "payout_returned";

    public static string Key(string type, Guid payoutId) => $"{type}:{payoutId}";

    public static Task RaiseAsync(UnitOfWork unit, string type, Payout payout, string? code, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            TroubleTypes.Of(type).About(payout.Id, now) with
            {
                PropertyId = payout.PropertyId,
                ErrorCode = code,
                Context = new { PayoutId = payout.Id, Net = payout.NetAmount, payout.Method, payout.Tries },
            },
            now);

    /// <summary>What was open about it is settled.</summary>
    public static async Task ResolveAllAsync(UnitOfWork unit, Guid payoutId, string action, DateTimeOffset now)
    {
        foreach (var type in (string[])[Approval, Failed, Pending, Blocked])
        {
            await Exceptions.ResolveAsync(unit, Key(type, payoutId), action, now);
        }
    }
}
