using System.Collections.Frozen;

namespace ReserveConnect.Payments;

/// <summary>
/// What Stripe's events mean here: each type that tells something has an event of the outbox, and that has its handler. The
/// handlers take nothing from the report but which object it is about; where that stands is asked for.
/// </summary>
public static class StripeReports
{
    /// <summary>A card was charged: <see cref="CardPaid"/>.</summary>
    public const string Paid = "stripe.payment_intent.succeeded";

    /// <summary>A card has reserved the money: <see cref="CardReserved"/>.</summary>
    public const string Reserved = "stripe.payment_intent.amount_capturable_updated";

    /// <summary>A card said no: <see cref="CardDeclined"/>.</summary>
    public const string Declined = "stripe.payment_intent.payment_failed";

    /// <summary>The guest, or the bank, is at it: <see cref="CardInProgress"/>.</summary>
    public const string InProgress = "stripe.payment_intent.in_progress";

    /// <summary>The payment can no longer be made: <see cref="CardClosed"/>.</summary>
    public const string Closed = "stripe.payment_intent.canceled";

    /// <summary>The fee of a charge became known: <see cref="FeeReported"/>.</summary>
    public const string FeeKnown = "stripe.charge.updated";

    /// <summary>A dispute was opened, moved or closed: <see cref="DisputeReported"/>.</summary>
    public const string Disputed = "stripe.dispute";

    /// <summary>Some of a charge went back: <see cref="Payments.ChargeRefunded"/>.</summary>
    public const string ChargeRefunded = "stripe.charge_refunded";

    /// <summary>A refund has moved on: <see cref="Payments.RefundUpdated"/>.</summary>
    public const string RefundUpdated = "stripe.refund_updated";

    /// <summary>A refund could not be made: <see cref="Payments.RefundFailed"/>.</summary>
    public const string RefundFailed = "stripe.refund_failed";

    /// <summary>Something became of a transfer to a property: <see cref="Finance.Payouts.StripeTransferReported"/>.</summary>
    public const string Transferred = "stripe.transfer";

    private static readonly FrozenDictionary<string, string> ByType = new Dictionary<string, string>
    {
        ["payment_intent.succeeded"] = Paid,
        ["payment_intent.amount_capturable_updated"] = Reserved,
        ["payment_intent.payment_failed"] = Declined,
        ["payment_intent.requires_action"] = InProgress,
        ["payment_intent.processing"] = InProgress,
        ["payment_intent.canceled"] = Closed,
        ["charge.updated"] = FeeKnown,
        ["charge.dispute.created"] = Disputed,
        ["charge.dispute.updated"] = Disputed,
        ["charge.dispute.closed"] = Disputed,
        ["charge.dispute.funds_withdrawn"] = Disputed,
        ["charge.dispute.funds_reinstated"] = Disputed,
        ["charge.refunded"] = ChargeRefunded,
        ["refund.updated"] = RefundUpdated,
        ["refund.failed"] = RefundFailed,
        ["transfer.reversed"] = Transferred,
        ["transfer.updated"] = Transferred,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Stripe's types that tell something.</summary>
    public static IReadOnlyCollection<string> Types => ByType.Keys;

    /// <summary>
    /// The outbox's event for a type of Stripe's; null for one that tells nothing: it repeats what another event, or our own
    /// call, says (<c>payment_intent.created</c>, <c>charge.succeeded</c>, <c>refund.created</c>), or nobody here knows it.
    /// </summary>
    public static string? EventOf(string stripeType) => ByType.GetValueOrDefault(stripeType);
}
