namespace ReserveConnect.Providers.Stripe;

/// <summary>A cardholder's no to a charge, after it was paid; amounts in the currency's major unit.</summary>
/// <param name="Id"><c>du_...</c></param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">What is disputed.</param>
/// <param name="Currency">ISO 4217 in upper case.</param>
/// <param name="Reason">The bank's, as <c>fraudulent</c>, <c>product_not_received</c>.</param>
/// <param name="PaymentIntentId">The payment it is about.</param>
/// <param name="EvidenceDueBy">The instant until which evidence may be sent; null: none is taken.</param>
/// <param name="OpenedAt">The instant at which it was opened.</param>
/// <param name="Withdrawn">What left our balance; null while nothing has (an inquiry).</param>
/// <param name="Reinstated">What came back to it; null while nothing has.</param>
public sealed record CardDispute(
    string Id,
    CardDisputeStatus Status,
    decimal Amount,
    string Currency,
    string Reason,
    string? PaymentIntentId,
    DateTimeOffset? EvidenceDueBy,
    DateTimeOffset OpenedAt,
    DisputedMoney? Withdrawn,
    DisputedMoney? Reinstated);

/// <summary>A movement of disputed money.</summary>
/// <param name="Amount">Positive.</param>
/// <param name="Fee">Of a withdrawal what Stripe took beside it, of a reinstatement what it gave back of that; not negative.</param>
public sealed record DisputedMoney(decimal Amount, decimal Fee);

/// <summary>Stripe's <c>Dispute.status</c>.</summary>
public enum CardDisputeStatus
{
    /// <summary>The bank asks; no money has moved.</summary>
    WarningNeedsResponse,

    /// <summary>The bank looks at what it was told.</summary>
    WarningUnderReview,

    /// <summary>It asked, and left it at that.</summary>
    WarningClosed,

    /// <summary>The money is gone; evidence may bring it back.</summary>
    NeedsResponse,

    /// <summary>The bank looks at the evidence.</summary>
    UnderReview,

    /// <summary>Decided for us.</summary>
    Won,

    /// <summary>Decided for the cardholder.</summary>
    Lost,

    /// <summary>Settled before it became a dispute.</summary>
    Prevented,
}
