namespace ReserveConnect.Providers.Stripe;

/// <summary>A refund to make.</summary>
/// <param name="RefundId">Our refund; goes into the metadata as <c>refund_id</c>.</param>
/// <param name="PaymentIntentId">The payment that is given back.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">The payment's currency.</param>
public sealed record CreateCardRefund(Guid RefundId, string PaymentIntentId, decimal Amount, string Currency);

/// <summary>A refund at Stripe, amount in the currency's major unit.</summary>
/// <param name="Id"><c>re_...</c></param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">What goes back.</param>
/// <param name="Currency">ISO 4217 in upper case.</param>
/// <param name="PaymentIntentId">The payment it belongs to.</param>
/// <param name="ChargeId">The charge it belongs to.</param>
/// <param name="FailureReason">Why it failed, as <c>lost_or_stolen_card</c>.</param>
/// <param name="Metadata">As stored at Stripe: <c>refund_id</c>.</param>
public sealed record CardRefund(
    string Id,
    CardRefundStatus Status,
    decimal Amount,
    string Currency,
    string? PaymentIntentId,
    string? ChargeId,
    string? FailureReason,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>Stripe's <c>Refund.status</c>.</summary>
public enum CardRefundStatus
{
    /// <summary>On its way.</summary>
    Pending,

    /// <summary>The guest has to act.</summary>
    RequiresAction,

    /// <summary>Given back.</summary>
    Succeeded,

    /// <summary>Not possible; the money is back in our balance.</summary>
    Failed,

    /// <summary>Called off before it was made.</summary>
    Canceled,
}
