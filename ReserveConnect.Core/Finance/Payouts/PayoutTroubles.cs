using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>The exceptions that payouts raise.</summary>
internal static class PayoutTroubles
{
    public static TroubleType Approval => TroubleTypes.Of("payout_approval");
    public static TroubleType Failed => TroubleTypes.Of("payout_failed");
    public static TroubleType Pending => TroubleTypes.Of("payout_pending");
    public static TroubleType Blocked => TroubleTypes.Of("payout_blocked");
    public static TroubleType Returned => TroubleTypes.Of("payout_returned");

    public static string Key(TroubleType type, Guid of) => $"{type.Name}:{of}";

    public static Task RaiseAsync(UnitOfWork unit, TroubleType type, Payout payout, string? code, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            type.About(payout.Id, now) with
            {
                PropertyId = payout.PropertyId,
                ErrorCode = code,
                Context = new { PayoutId = payout.Id, Net = payout.NetAmount, payout.Method, payout.Tries },
            },
            now);

    /// <summary>A transfer of a payout that the payout does not stand for; once for each.</summary>
    public static Task RaiseStrayAsync(UnitOfWork unit, Payout payout, string transferId, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            TroubleTypes.Of("payout_stray").About(payout.Id, now) with
            {
                Key = $"payout_stray:{transferId}",
                PropertyId = payout.PropertyId,
                Context = new { PayoutId = payout.Id, transferId, Net = payout.NetAmount, payout.Method, payout.Status, payout.Tries },
            },
            now);

    /// <summary>What was open about it is settled.</summary>
    public static async Task ResolveAllAsync(UnitOfWork unit, Guid payoutId, string action, DateTimeOffset now)
    {
        foreach (var type in (TroubleType[])[Approval, Failed, Pending, Blocked])
        {
            await Exceptions.ResolveAsync(unit, Key(type, payoutId), action, now);
        }
    }
}
