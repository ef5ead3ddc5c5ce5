namespace ReserveConnect.Providers.Stripe;

/// <summary>A transfer to make out of our available balance.</summary>
/// <param name="PayoutId">Our payout: the transfer's group, by which it is found again, and its metadata <c>payout_id</c>.</param>
/// <param name="Destination">The property's connected account, <c>acct_...</c>.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217, any case.</param>
/// <param name="Description">What it is for; no personal data.</param>
public sealed record CreateCardTransfer(Guid PayoutId, string Destination, decimal Amount, string Currency, string Description);
