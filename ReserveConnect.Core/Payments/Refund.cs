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
        (Succeeded, Failed),
    };
}

/// <summary>Why money goes back.</summary>
public static class RefundPurpose
{
    /// <summary>It belongs to no booking: all of an attempt's money.</summary>
    public const string Void = "void";

    /// <summary>A cancelled booking's.</summary>
    public const string Cancellation = "cancellation";

    /// <summary>A booking costs less than before.</summary>
    public const string Modification = "modification";

    /// <summary>Somebody of the staff gives it.</summary>
    public const string Goodwill = "goodwill";

    /// <summary>Made at the provider past this system, and found there.</summary>
    public const string ByHand = "by_hand";
}

/// <summary>Money on its way back, as stored in <c>reserve.refunds</c>.</summary>
/// <param name="ReservationId">The booking whose money it is; null where it is none's.</param>
/// <param name="Purpose">One of <see cref="RefundPurpose"/>.</param>
/// <param name="RequestKey">What it is for: asked for again under the same key, it is the same refund.</param>
/// <param name="Reason">In a word, stable.</param>
/// <param name="Tries">Operation ids that the provider has definitely refused so far.</param>
/// <param name="RequestedAt">UTC instant, or when a person asked for it again: it is tried for a bounded time from then on.</param>
/// <param name="Asks">Times that the provider was asked without settling it.</param>
/// <param name="NextTryAt">UTC instant before which it is not asked again.</param>
/// <param name="Reversals">How often its provider took it back after it had succeeded.</param>
/// <param name="IsOrdered">Whether a person has asked for it again.</param>
/// <param name="DisputeId">The dispute whose end it waits for; once it has succeeded, the one by which the guest has the money.</param>
public sealed record Refund(
    Guid Id,
    Guid PaymentAttemptId,
    Guid BookingIntentId,
    Guid? ReservationId,
    string Purpose,
    string RequestKey,
    string Reason,
    decimal Amount,
    string Currency,
    string OperationId,
    string? ProviderRefundId,
    string Status,
    int Tries,
    DateTimeOffset RequestedAt,
    int Asks,
    DateTimeOffset? NextTryAt,
    int Reversals,
    bool IsOrdered,
    Guid? DisputeId)
{
    /// <summary>Whether nothing can be done about it before its charge's dispute ends.</summary>
    public bool IsHeld => DisputeId is not null && Status != RefundStatus.Succeeded;

    /// <summary>Whether its provider has accepted it and not said no since.</summary>
    public bool IsAccepted => Status == RefundStatus.Pending || (Status == RefundStatus.Requested && ProviderRefundId is not null);

    /// <summary>
    /// Whether the machine makes it without being told to. What somebody gave by hand of a booking that stands was promised by
    /// nobody: when its provider takes it back, a person decides. Before there is a booking all of the money is the guest's.
    /// </summary>
    public bool IsOwed => Purpose != RefundPurpose.ByHand || Status != RefundStatus.Failed || ReservationId is null || IsOrdered;
}

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
    /// <summary>Which refund of ours the provider says it is; null where it keeps no reference.</summary>
    public Guid? RefundId { get; init; }

    /// <summary>Our dispute by which the guest has the money; null: the provider gave it back.</summary>
    public Guid? DisputeId { get; init; }

    /// <summary>A part of it, where one refund at the provider stands behind several of ours: those after the first have a suffix.</summary>
    internal RefundFact Part(int number, decimal amount) =>
        this with { ProviderRefundId = number == 1 ? ProviderRefundId : $"{ProviderRefundId}#{number}", Amount = amount };

    /// <summary>Whether a refund of ours is this one or a part of it.</summary>
    internal bool IsBehind(Refund refund) =>
        refund.ProviderRefundId is { } known && (known == ProviderRefundId || known.StartsWith($"{ProviderRefundId}#", StringComparison.Ordinal));

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
            refund.FailureReason)
        {
            RefundId = Guid.TryParse(refund.Metadata.GetValueOrDefault("refund_id"), out var ours) ? ours : null,
        };

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
