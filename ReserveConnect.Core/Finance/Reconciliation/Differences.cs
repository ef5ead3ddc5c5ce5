namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Something that books and provider do not say the same of.</summary>
/// <param name="Kind">One of <see cref="FindingKinds"/>.</param>
/// <param name="Movement">What it is: <c>payment</c>, <c>refund</c>, <c>dispute</c>, <c>payout</c>, or the provider's word.</param>
/// <param name="Reference">The payment or transfer at the provider.</param>
/// <param name="ProviderAmount">What the provider has moved of it, before its fee; null: it has nothing of it.</param>
/// <param name="LedgerAmount">The books' word on the same; null: they have nothing of it.</param>
/// <param name="BookDate">The day that it is found under.</param>
internal sealed record Difference(
    string Kind, string Movement, string Reference, string Currency, decimal? ProviderAmount, decimal? ProviderFee, decimal? LedgerAmount, decimal? LedgerFee,
    DateOnly BookDate)
{
    /// <summary>What of our money there they differ by.</summary>
    public decimal Amount => (ProviderAmount ?? 0m) - (ProviderFee ?? 0m) - ((LedgerAmount ?? 0m) - (LedgerFee ?? 0m));

    public string? Detail { get; init; }

    /// <summary>Of a promise or a balance: the same while the facts are the same.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>What a finding can be.</summary>
public static class FindingKinds
{
    /// <summary>The provider has moved money that the books do not know of.</summary>
    public const string MissingInLedger = "missing_in_ledger";

    /// <summary>The books have money moved that the provider does not know of.</summary>
    public const string MissingAtProvider = "missing_at_provider";

    /// <summary>Both know of it, and not of the same amount or fee.</summary>
    public const string AmountMismatch = "amount_mismatch";

    /// <summary>The provider has it more than once.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>What lies at the provider is not what the books say, beyond what other findings explain.</summary>
    public const string BalanceMismatch = "balance_mismatch";

    /// <summary>The books do not keep a promise.</summary>
    public const string BooksBroken = "books_broken";
}
