namespace ReserveConnect.Finance.Payouts;

/// <summary>What is paid to a property at once, BRL.</summary>
/// <param name="Version">Counts what it came to; who approves names it.</param>
/// <param name="OperationId">The provider's idempotency key; stored before it is asked.</param>
/// <param name="AskedAt">When it was first asked under this operation.</param>
/// <param name="Tries">Refusals so far.</param>
/// <param name="Asks">Asks under this operation of which the provider may have taken one; each counts before it is made.</param>
/// <param name="NextTryAt">When it is asked or tried again; null of one that failed: it waits for a person.</param>
/// <param name="ReturnedAmount">What of it came back.</param>
/// <param name="SettledBy">Who last said, after a look at the provider, that it was not sent.</param>
public sealed record Payout(
    Guid Id, Guid PropertyId, string RunKey, string Schedule, DateOnly PeriodStart, DateOnly PeriodEnd, string Currency, decimal GrossAmount,
    decimal CommissionAmount, decimal TaxAmount, decimal NetAmount, string Status, int Version, string? Method, string? StripeAccountId, string? PixKeyType,
    string? PixKey, string? PixOwnerDocument, string? OperationId, DateTimeOffset? AskedAt, string? StripeTransferId, string? PixTransferId, int Tries, int Asks,
    DateTimeOffset? NextTryAt, string? FailureCode, string RequestedBy, Guid? RequestedByAccount, DateTimeOffset RequestedAt, DateTimeOffset? RemindedAt,
    Guid? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? ProcessedAt, DateTimeOffset? CompletedAt, DateTimeOffset? ReturnedAt, string? Notes,
    decimal ReturnedAmount, Guid? SettledBy, DateTimeOffset? SettledAt)
{
    public bool IsPix => Method == PayoutMethod.Pix;

    /// <summary>The provider's id of the transfer, once it is known.</summary>
    public string? TransferId => IsPix ? PixTransferId : StripeTransferId;

    public bool IsFinal => PayoutStatus.IsFinal(Status);

    internal PayoutDestination? Destination => Method is null ? null : new(Method, StripeAccountId, PixKeyType, PixKey, PixOwnerDocument);
}

/// <summary>The ways in which a property is paid.</summary>
public static class PayoutMethod
{
    /// <summary>A transfer to its connected account at Stripe.</summary>
    public const string Stripe = "stripe";

    /// <summary>A PIX from our account at Mercado Pago.</summary>
    public const string Pix = "pix";
}

/// <summary>Where the money goes; key and document are personal data.</summary>
public sealed record PayoutDestination(string Method, string? StripeAccountId, string? PixKeyType, string? PixKey, string? PixOwnerDocument);
