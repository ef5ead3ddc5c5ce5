namespace ReserveConnect.Payments;

/// <summary>The states of a payment attempt.</summary>
public static class PaymentAttemptStatus
{
    /// <summary>The provider was or will be asked to open it and has not answered yet.</summary>
    public const string Initiating = "initiating";
    public const string Pending = "pending";
    public const string Authorized = "authorized";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
    public const string Refunded = "refunded";

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (Initiating, Pending),
        (Initiating, Failed),
        (Initiating, Cancelled),
        (Initiating, Succeeded),
        (Initiating, Authorized),
        (Pending, Authorized),
        (Pending, Succeeded),
        (Pending, Failed),
        (Pending, Cancelled),
        (Authorized, Succeeded),
        (Authorized, Cancelled),
        (Failed, Succeeded),
        (Failed, Authorized),
        (Cancelled, Succeeded),
        (Cancelled, Authorized),
        (Succeeded, Refunded),
        (Refunded, Succeeded),
    };

    /// <summary>Whether money can still come in through it.</summary>
    public static bool IsOpen(string status) => status is Initiating or Pending;

    /// <summary>Whether the provider holds the guest's money or has reserved it.</summary>
    public static bool HasMoney(string status) => status is Succeeded or Authorized;
}

/// <summary>One attempt to pay an intent, as stored in <c>reserve.payment_attempts</c>.</summary>
/// <param name="OperationId">Stored before the provider was asked, and the provider's idempotency key.</param>
/// <param name="ProviderPaymentIntentId">The provider's id: Stripe's PaymentIntent or Mercado Pago's payment.</param>
/// <param name="Amount">What the guest is asked for.</param>
/// <param name="AmountReceived">What the provider says it received.</param>
/// <param name="ClosingSince">UTC instant at which another payment last asked its provider to close it.</param>
public sealed record PaymentAttempt(
    Guid Id,
    Guid BookingIntentId,
    string PaymentMethod,
    string Provider,
    string OperationId,
    string? ProviderPaymentIntentId,
    string? ProviderChargeId,
    decimal Amount,
    decimal? AmountReceived,
    string Currency,
    bool CaptureLater,
    string Status,
    string? ErrorCode,
    string? ErrorMessage,
    bool RequiresAction,
    string? ActionType,
    string? ClientSecret,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClosingSince = null)
{
    public const string Stripe = "stripe";
    public const string MercadoPago = "mercado_pago";

    public bool IsPix => Provider == MercadoPago;

    /// <summary>Whether it was closed before its provider had said that there is a charge: nobody can have paid through it.</summary>
    public bool WasNeverShown => Status == PaymentAttemptStatus.Cancelled && ProviderPaymentIntentId is null;
}
