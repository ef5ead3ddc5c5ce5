namespace ReserveConnect.Providers.Stripe;

/// <summary>A page of Stripe's balance transactions to read, newest first.</summary>
/// <param name="From">Made at this instant or later; whole seconds count.</param>
/// <param name="To">Made before this instant.</param>
/// <param name="Type">Only these, with what they are of (<see cref="StripeTransactions.Detailed"/>); null: all, with the id of what made them.</param>
/// <param name="After">The last one of the page before; null: the first page.</param>
/// <param name="Limit">1 to 100.</param>
public sealed record StripeTransactionQuery(DateTimeOffset From, DateTimeOffset To, string? Type, string? After, int Limit);

/// <summary>A page of a provider's transactions.</summary>
/// <param name="Next">What the next page begins after; null: this is the last.</param>
public sealed record ProviderTransactionPage(IReadOnlyList<ProviderTransaction> Items, string? Next);

/// <summary>Stripe's types of balance transactions.</summary>
public static class StripeTransactions
{
    /// <summary>
    /// Those whose source does not say which payment or transfer they are of: they are listed a second time with the source
    /// as a whole. Listing everything that way would be a hundred times the bytes.
    /// </summary>
    public static IReadOnlyList<string> Detailed { get; } =
        ["refund", "refund_failure", "payment_refund", "payment_failure_refund", "adjustment", "transfer_refund"];
}
