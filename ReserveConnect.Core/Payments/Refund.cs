using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>The states of a refund.</summary>
public static class RefundStatus
{
    /// <summary>Stored; the provider has not answered.</summary>
    public const string Requested = "requested";

    /// <summary>The provider works on it.</summary>
    public const string Pending = "pending";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (Requested, Pending),
        (Requested, Succeeded),
        (Requested, Failed),
        (Pending, Succeeded),
        (Pending, Failed),
        (Failed, Requested),
        (Failed, Succeeded),
    };
}

/// <summary>Money on its way back, as stored in <c>reserve.refunds</c>.</summary>
/// <param name="Tries">Operation ids that the provider has definitely refused so far.</param>
/// <param name="RequestedAt">UTC instant, or when a person asked for it again: it is tried for a bounded time from then on.</param>
/// <param name="Asks">Times that the provider was asked without settling it.</param>
/// <param name="NextTryAt">UTC instant before which it is not asked again.</param>
public sealed record Refund(
    Guid Id,
    Guid PaymentAttemptId,
    Guid BookingIntentId,
    string Reason,
    decimal Amount,
    string Currency,
    string OperationId,
    string? ProviderRefundId,
    string Status,
    int Tries,
    DateTimeOffset RequestedAt,
    int Asks,
    DateTimeOffset? NextTryAt);

/// <summary>Where a refund stands at its provider.</summary>
public enum RefundState
{
    Pending,
    Succeeded,
    Failed,
}

/// <summary>What a provider says about a refund.</summary>
public sealed record RefundFact(RefundState State, string ProviderRefundId, decimal Amount, string? FailureReason)
{
    public static RefundFact Of(CardRefund refund) =>
        new(
            refund.Status switch
            {
                CardRefundStatus.Succeeded => RefundState.Succeeded,
                CardRefundStatus.Failed or CardRefundStatus.Canceled => RefundState.Failed,
                _ => RefundState.Pending,
            },
            refund.Id,
            refund.Amount,
            refund.FailureReason);

    public static RefundFact Of(PixRefund refund) =>
        new(
            refund.Status switch
            {
                PixRefundStatus.Approved => RefundState.Succeeded,
                PixRefundStatus.Rejected or PixRefundStatus.Cancelled => RefundState.Failed,
                _ => RefundState.Pending,
            },
            refund.Id,
            refund.Amount,
            FailureReason: null);
}
