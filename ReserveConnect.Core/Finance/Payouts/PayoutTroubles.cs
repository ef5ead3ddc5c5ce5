using System.Globalization;
using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>The exceptions that payouts raise.</summary>
internal static class PayoutTroubles
{
    /// <summary>Our balance at the provider does not suffice.</summary>
    public const string NoBalance = "balance_insufficient";

    /// <summary>The property is held.</summary>
    public const string Held = "held";

    /// <summary>A booking in it is being cancelled.</summary>
    public const string Cancelling = "booking_cancelling";

    /// <summary>Money of it has left already by which it does not stand.</summary>
    public const string Stray = "stray";

    private static readonly string[] Blocks = [NoBalance, Held, Cancelling, Stray];

    public static TroubleType Approval => TroubleTypes.Of("payout_approval");
    public static TroubleType Failed => TroubleTypes.Of("payout_failed");
    public static TroubleType Pending => TroubleTypes.Of("payout_pending");
    public static TroubleType Blocked => TroubleTypes.Of("payout_blocked");
    public static TroubleType Returned => TroubleTypes.Of("payout_returned");

    public static string Key(TroubleType type, Guid of) => $"{type.Name}:{of}";

    /// <summary>
    /// Raises it once for each occasion: a version that waits, a try that failed, an operation that is not answered, what came back. One that
    /// a person has dismissed does not silence the next.
    /// </summary>
    public static Task RaiseAsync(UnitOfWork unit, TroubleType type, Payout payout, string? code, DateTimeOffset now) =>
        Exceptions.RaiseAsync(
            unit,
            type.About(payout.Id, now) with
            {
                Key = $"{Key(type, payout.Id)}{OccasionOf(type, payout, code)}",
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

    /// <summary>Whether a transfer of it is known by which it does not stand, and nobody has dealt with that yet.</summary>
    public static Task<bool> IsStrayAsync(UnitOfWork unit, Guid payoutId) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.exceptions
                WHERE exception_type = 'payout_stray'
                  AND status IN ('open', 'in_progress')
                  AND context ->> 'payout_id' = @payoutId::text)
            """,
            new { payoutId });

    /// <summary>The approval of it as it was until now is settled.</summary>
    public static Task ResolveApprovalAsync(UnitOfWork unit, Payout payout, string action, DateTimeOffset now) =>
        Exceptions.ResolveAsync(unit, [.. Approvals(payout)], action, now);

    /// <summary>What was open about it is settled.</summary>
    public static Task ResolveAllAsync(UnitOfWork unit, Payout payout, string action, DateTimeOffset now) =>
        Exceptions.ResolveAsync(
            unit,
            [
                .. Blocks.Select(code => $"{Key(Blocked, payout.Id)}:{code}"),
                .. Approvals(payout),
                .. Enumerable.Range(0, payout.Tries + 2).SelectMany(tries => (string[])[$"{Key(Failed, payout.Id)}:{tries}", $"{Key(Pending, payout.Id)}:{tries}"]),
            ],
            action,
            now);

    private static IEnumerable<string> Approvals(Payout payout) =>
        Enumerable.Range(1, payout.Version).Select(version => $"{Key(Approval, payout.Id)}:{version}");

    private static string OccasionOf(TroubleType type, Payout payout, string? code) => type.Name switch
    {
        "payout_blocked" => $":{code}",
        "payout_approval" => $":{payout.Version}",
        "payout_failed" or "payout_pending" => $":{payout.Tries}",
        "payout_returned" => string.Create(CultureInfo.InvariantCulture, $":{payout.ReturnedAmount:0.00}"),
        _ => "",
    };
}
