namespace ReserveConnect.Finance.Payouts;

/// <summary>What several functions of payouts refuse.</summary>
internal static class PayoutRefusals
{
    public static Refusal NotFound => Refusal.NotFound("payout_not_found", "There is no such payout.");

    public static Refusal PropertyNotFound => Refusal.NotFound("property_not_found", "There is no such property.");

    /// <summary>It is somewhere else than the caller thinks.</summary>
    public static Refusal WrongStatus(string code, string detail, Payout payout) => Refusal.Conflict(code, detail) with
    {
        Extensions = new Dictionary<string, object?> { ["payout_status"] = payout.Status, ["version"] = payout.Version, ["net"] = payout.NetAmount },
    };
}
