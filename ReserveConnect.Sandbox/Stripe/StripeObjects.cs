using System.Security.Cryptography;
using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>A payment intent; amounts in minor units, instants in unix seconds, statuses as Stripe writes them.</summary>
internal sealed record Intent(string Id, string ClientSecret, long Amount, string Currency, long Created)
{
    public string Status { get; init; } = IntentStatus.RequiresPaymentMethod;
    public string CaptureMethod { get; init; } = "automatic_async";
    public string ConfirmationMethod { get; init; } = "automatic";
    public long AmountCapturable { get; init; }
    public long AmountReceived { get; init; }
    public long? CanceledAt { get; init; }
    public string? CancellationReason { get; init; }
    public string? Customer { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public CardError? LastError { get; init; }
    public string? LatestCharge { get; init; }
    public string? PaymentMethod { get; init; }
    public bool AutomaticMethods { get; init; }
    public string AllowRedirects { get; init; } = "always";
    public string? RequestThreeDSecure { get; init; }
    public string? ReceiptEmail { get; init; }
    public string? ReturnUrl { get; init; }
    public string? ActionUrl { get; init; }
    public string? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? TransferGroup { get; init; }

    /// <summary>Money is held or taken only on the guest's yes: captured later, by a call of its own.</summary>
    [JsonIgnore]
    public bool IsManual => CaptureMethod == "manual";
}

/// <summary>Stripe's names of a payment intent's states.</summary>
internal static class IntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

/// <summary>One attempt to charge a card.</summary>
internal sealed record Charge(string Id, string Intent, long Amount, string Currency, long Created, Card Card, string PaymentMethod)
{
    public long AmountCaptured { get; init; }
    public long AmountRefunded { get; init; }
    public string? BalanceTransaction { get; init; }
    public bool Captured { get; init; }
    public string? Customer { get; init; }
    public string? Description { get; init; }
    public CardError? Failure { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public string? ReceiptEmail { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? TransferGroup { get; init; }
    public bool Authenticated { get; init; }
    public bool Disputed { get; init; }

    /// <summary>What could still be paid back.</summary>
    [JsonIgnore]
    public long Refundable => Failure is null ? AmountCaptured - AmountRefunded : 0;
}

/// <summary>Money on its way back.</summary>
internal sealed record Refund(string Id, string Charge, string Intent, long Amount, string Currency, long Created)
{
    public string Status { get; init; } = "succeeded";
    public string? Reason { get; init; }
    public string? PaymentMethod { get; init; }
    public string? BalanceTransaction { get; init; }
    public string? FailureBalanceTransaction { get; init; }
    public string? FailureReason { get; init; }
    public string? InstructionsEmail { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A movement of the account's balance; what is paid out is <c>Amount - Fee</c>.</summary>
internal sealed record BalanceTransaction(
    string Id, string Type, string Source, long Amount, long Fee, string Currency, long Created, long AvailableOn, string? Description)
{
    /// <summary>What it is for in Stripe's reports, where that is not its type.</summary>
    public string? Category { get; init; }
}

/// <summary>A cardholder's no to a charge, after it was paid.</summary>
/// <param name="DueBy">Until when evidence may be sent, unix seconds.</param>
internal sealed record Dispute(string Id, string Charge, string Intent, long Amount, string Currency, long Created, string Reason, long DueBy)
{
    public string Status { get; init; } = DisputeStatus.NeedsResponse;

    /// <summary>The movement by which the money left; none while it is an inquiry.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>The movement by which it came back.</summary>
    public string? Reinstated { get; init; }

    /// <summary>The bank only asks, and no money has moved.</summary>
    [JsonIgnore]
    public bool IsInquiry => Status.StartsWith("warning_", StringComparison.Ordinal);

    /// <summary>Nothing more happens to it.</summary>
    [JsonIgnore]
    public bool IsClosed => Status is DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.WarningClosed;
}

/// <summary>Stripe's names of a dispute's states.</summary>
internal static class DisputeStatus
{
    public const string WarningNeedsResponse = "warning_needs_response";
    public const string WarningClosed = "warning_closed";
    public const string NeedsResponse = "needs_response";
    public const string UnderReview = "under_review";
    public const string Won = "won";
    public const string Lost = "lost";
}

/// <summary>A card that a payment method stands for.</summary>
internal sealed record Card(string Brand, string Last4, string Country, string Funding, int ExpMonth, int ExpYear, string Fingerprint);

/// <summary>A payment method: a test token or card data sent with an intent.</summary>
internal sealed record PaymentMethod(string Id, Card Card, string Number, long Created, string? Name, string? Email);

/// <summary>A card's no.</summary>
internal sealed record CardError(string Code, string? DeclineCode, string Message, string? Charge, string? PaymentMethod);

/// <summary>Something that happened, with the object as it was then.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Such as <c>payment_intent.succeeded</c>.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Body">The whole event as JSON: what the webhook carries.</param>
internal sealed record Event(string Id, string Type, long Created, [property: JsonConverter(typeof(RawJson))] byte[] Body);

/// <summary>Stripe's ids.</summary>
internal static class StripeId
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A new one such as <c>pi_3Nab...</c>.</summary>
    public static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Letters, 24);
}

/// <summary>JSON of Stripe's state in the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Intent))]
[JsonSerializable(typeof(Charge))]
[JsonSerializable(typeof(Refund))]
[JsonSerializable(typeof(BalanceTransaction))]
[JsonSerializable(typeof(PaymentMethod))]
[JsonSerializable(typeof(Dispute))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Transfer))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(string))]
internal sealed partial class StripeJson : JsonSerializerContext;
