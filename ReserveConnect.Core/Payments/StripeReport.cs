namespace ReserveConnect.Payments;

/// <summary>What a stored event of Stripe is about; what became of it is fetched.</summary>
/// <param name="ObjectId">The object of the event: a refund, a charge, ...</param>
/// <param name="PaymentIntentId">The payment that it belongs to.</param>
public sealed record StripeReport(string ObjectId, string? PaymentIntentId)
{
    public const string RefundUpdated = "stripe.refund_updated";
    public const string RefundFailed = "stripe.refund_failed";
    public const string ChargeRefunded = "stripe.charge_refunded";

    /// <summary>The event type of the outbox whose handler is for an event of Stripe; null for what wakes a saga and no more.</summary>
    /// <param name="stripeType">As <c>refund.updated</c>.</param>
    public static string? HandledAs(string stripeType) => stripeType switch
    {
        "refund.updated" => RefundUpdated,
        "refund.failed" => RefundFailed,
        "charge.refunded" => ChargeRefunded,
        _ => null,
    };
}
