namespace ReserveConnect.Providers.Stripe;

/// <summary>A transfer to a property's connected account. Stripe has no status for it: once made it is done, and what brings it back is a reversal.</summary>
/// <param name="Id"><c>tr_...</c></param>
/// <param name="Amount">What was sent, in the currency's major unit.</param>
/// <param name="AmountReversed">What of it came back.</param>
/// <param name="Currency">ISO 4217 in upper case.</param>
/// <param name="Destination">The connected account, <c>acct_...</c>.</param>
/// <param name="IsReversed">Whether all of it came back.</param>
/// <param name="CreatedAt">The instant at which it was made.</param>
/// <param name="Metadata">As stored at Stripe: <c>payout_id</c>.</param>
public sealed record CardTransfer(
    string Id,
    decimal Amount,
    decimal AmountReversed,
    string Currency,
    string Destination,
    bool IsReversed,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Metadata);
