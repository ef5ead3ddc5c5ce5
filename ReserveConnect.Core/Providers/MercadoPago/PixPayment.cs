using ReserveConnect.Privacy;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A PIX charge to open.</summary>
/// <param name="BookingIntentId">Goes into the metadata as <c>booking_intent_id</c>.</param>
/// <param name="AttemptId">Our payment attempt; becomes the <c>external_reference</c> by which the charge is found again.</param>
/// <param name="Amount">BRL, at most two places.</param>
/// <param name="Description">What the guest pays for; no personal data.</param>
/// <param name="PayerEmail">Required by Mercado Pago.</param>
/// <param name="PayerFirstName">Null if not known.</param>
/// <param name="PayerLastName">Null if not known.</param>
/// <param name="PayerCpf">Null if not known.</param>
/// <param name="ExpiresAt">The instant after which it cannot be paid: 30 minutes to 30 days from now.</param>
public sealed record CreatePixPayment(
    Guid BookingIntentId,
    Guid AttemptId,
    decimal Amount,
    string Description,
    string PayerEmail,
    string? PayerFirstName,
    string? PayerLastName,
    TaxDocument? PayerCpf,
    DateTimeOffset ExpiresAt);

/// <summary>A PIX charge at Mercado Pago, amounts in BRL.</summary>
/// <param name="Id">Mercado Pago's id, digits.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="StatusDetail">As <c>pending_waiting_transfer</c>, <c>accredited</c>, <c>partially_refunded</c>, <c>expired</c>.</param>
/// <param name="Amount">What is to be paid.</param>
/// <param name="AmountRefunded">What was given back.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Fee">What Mercado Pago took from us for it; null while it reports none.</param>
/// <param name="ExpiresAt">The instant after which it cannot be paid.</param>
/// <param name="ApprovedAt">The instant it was paid.</param>
/// <param name="QrCode">The BR Code to copy and paste; check it before it is shown.</param>
/// <param name="QrCodeBase64">The provider's PNG of it, without <c>data:</c> prefix.</param>
/// <param name="TicketUrl">The provider's page that shows it.</param>
/// <param name="ExternalReference">Our attempt id.</param>
/// <param name="PayerName">As the bank or Mercado Pago knows it; personal data.</param>
/// <param name="PayerDocument">CPF or CNPJ with all but the middle digits masked.</param>
public sealed record PixPayment(
    string Id,
    PixPaymentStatus Status,
    string? StatusDetail,
    decimal Amount,
    decimal AmountRefunded,
    string Currency,
    decimal? Fee,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? ApprovedAt,
    string? QrCode,
    string? QrCodeBase64,
    string? TicketUrl,
    string? ExternalReference,
    string? PayerName,
    string? PayerDocument);

/// <summary>Mercado Pago's <c>payment.status</c>.</summary>
public enum PixPaymentStatus
{
    /// <summary>Waits for the guest's transfer.</summary>
    Pending,

    /// <summary>Paid; stays so after a partial refund.</summary>
    Approved,

    /// <summary>Authorised, not captured (cards only).</summary>
    Authorized,

    /// <summary>Under review.</summary>
    InProcess,

    /// <summary>The payer opened a dispute.</summary>
    InMediation,

    /// <summary>Refused.</summary>
    Rejected,

    /// <summary>Cancelled by us or expired; final.</summary>
    Cancelled,

    /// <summary>Wholly refunded; final.</summary>
    Refunded,

    /// <summary>Taken back by the payer's bank.</summary>
    ChargedBack,
}
