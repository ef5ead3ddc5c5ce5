namespace ReserveConnect.Providers.Stripe;

/// <summary>A card payment to open.</summary>
/// <param name="BookingIntentId">Goes into the metadata as <c>booking_intent_id</c>.</param>
/// <param name="AttemptId">Our payment attempt; goes into the metadata as <c>attempt_id</c>.</param>
/// <param name="Amount">In the currency's major unit (BRL 12.34), at most as many places as the currency has.</param>
/// <param name="Currency">ISO 4217, any case.</param>
/// <param name="CaptureLater">True: authorise now and capture after the Host's yes. False: capture at once.</param>
/// <param name="Description">What the guest pays for; no personal data.</param>
/// <param name="ReceiptEmail">Where Stripe sends its receipt; null for none.</param>
public sealed record CreateCardPayment(
    Guid BookingIntentId,
    Guid AttemptId,
    decimal Amount,
    string Currency,
    bool CaptureLater,
    string Description,
    string? ReceiptEmail);

/// <summary>A card payment (Stripe's PaymentIntent with its latest charge), amounts in the currency's major unit.</summary>
/// <param name="Id"><c>pi_...</c></param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">What is to be paid.</param>
/// <param name="AmountCapturable">Authorised and not yet captured.</param>
/// <param name="AmountReceived">Captured.</param>
/// <param name="AmountRefunded">Given back of the latest charge; 0 unless the charge was read with it.</param>
/// <param name="Currency">ISO 4217 in upper case.</param>
/// <param name="ClientSecret">What the browser confirms with; never logged.</param>
/// <param name="ChargeId"><c>ch_...</c> of the latest charge.</param>
/// <param name="Fee">Stripe's fee for the latest charge; null while there is none, when it was not read, or when it was
/// taken in another currency.</param>
/// <param name="CardBrand"><c>visa</c>, ...</param>
/// <param name="CardLast4">The last four digits.</param>
/// <param name="CardFunding"><c>credit</c>, <c>debit</c>, <c>prepaid</c>, <c>unknown</c>.</param>
/// <param name="NextActionType">What the guest's browser has to do, as <c>use_stripe_sdk</c> for 3-D Secure.</param>
/// <param name="ErrorCode">Code of the last failed attempt, as <c>card_declined</c>.</param>
/// <param name="DeclineCode">The bank's reason, as <c>insufficient_funds</c>.</param>
/// <param name="ErrorMessage">Stripe's sentence about it, safe to show to the card holder.</param>
/// <param name="Metadata">As stored at Stripe: <c>booking_intent_id</c>, <c>attempt_id</c>.</param>
public sealed record CardPayment(
    string Id,
    CardPaymentStatus Status,
    decimal Amount,
    decimal AmountCapturable,
    decimal AmountReceived,
    decimal AmountRefunded,
    string Currency,
    string? ClientSecret,
    string? ChargeId,
    decimal? Fee,
    string? CardBrand,
    string? CardLast4,
    string? CardFunding,
    string? NextActionType,
    string? ErrorCode,
    string? DeclineCode,
    string? ErrorMessage,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The instant of the latest charge; null while there is none, or when it was not read.</summary>
    public DateTimeOffset? ChargedAt { get; init; }
}

/// <summary>Stripe's <c>PaymentIntent.status</c>.</summary>
public enum CardPaymentStatus
{
    /// <summary>No card yet, or the last one was declined.</summary>
    RequiresPaymentMethod,

    /// <summary>A card is attached and waits to be confirmed.</summary>
    RequiresConfirmation,

    /// <summary>The guest has to act, as in 3-D Secure.</summary>
    RequiresAction,

    /// <summary>Stripe is at it.</summary>
    Processing,

    /// <summary>Authorised; waits to be captured.</summary>
    RequiresCapture,

    /// <summary>Canceled; final.</summary>
    Canceled,

    /// <summary>Paid; final, refunds do not change it.</summary>
    Succeeded,
}
