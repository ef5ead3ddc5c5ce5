using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>A PIX payment; amounts in reais, statuses as Mercado Pago writes them.</summary>
internal sealed record PixPayment(long Id, decimal Amount, DateTimeOffset Created, DateTimeOffset Expires, string QrCode)
{
    public string Status { get; init; } = "pending";
    public string StatusDetail { get; init; } = "pending_waiting_transfer";
    public DateTimeOffset Updated { get; init; } = Created;
    public DateTimeOffset? Approved { get; init; }
    public decimal Fee { get; init; }
    public string? Description { get; init; }
    public string? ExternalReference { get; init; }
    public string? NotificationUrl { get; init; }
    public string? StatementDescriptor { get; init; }
    public PixPayer Payer { get; init; } = new(null, null, null, null);
    public JsonElement? Metadata { get; init; }
    public IReadOnlyList<PixRefund> Refunds { get; init; } = [];

    /// <summary>Given back so far.</summary>
    [JsonIgnore]
    public decimal Refunded => Refunds.Where(r => r.Status == "approved").Sum(r => r.Amount);

    /// <summary>What could still be given back: what is on its way counts as gone.</summary>
    [JsonIgnore]
    public decimal Refundable => Amount - Refunds.Where(r => r.Status is "approved" or "in_process").Sum(r => r.Amount);

    /// <summary>The QR code's picture, drawn when it is first asked for.</summary>
    [JsonIgnore]
    public byte[] QrPng => _qrPng ??= QrPicture.Of(QrCode);

    private byte[]? _qrPng;
}

/// <summary>Who pays.</summary>
internal sealed record PixPayer(string? Email, string? FirstName, string? LastName, PixIdentification? Identification);

/// <summary>CPF or CNPJ.</summary>
internal sealed record PixIdentification(string? Type, string? Number);

/// <summary>Money given back.</summary>
internal sealed record PixRefund(long Id, long PaymentId, decimal Amount, string Status, DateTimeOffset Created);

/// <summary>Body of a create, what this stand-in reads of it.</summary>
internal sealed record PixRequest
{
    public decimal? TransactionAmount { get; init; }
    public string? PaymentMethodId { get; init; }
    public PixPayer? Payer { get; init; }
    public string? Description { get; init; }
    public string? ExternalReference { get; init; }
    public string? NotificationUrl { get; init; }
    public string? DateOfExpiration { get; init; }
    public string? StatementDescriptor { get; init; }
    public JsonElement? Metadata { get; init; }
}

/// <summary>Body of an update.</summary>
internal sealed record PixUpdate(string? Status);

/// <summary>Body of a refund; without an amount: all that is left.</summary>
internal sealed record PixRefundRequest(decimal? Amount);

/// <summary>JSON of Mercado Pago, requests and journal.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PixPayment))]
[JsonSerializable(typeof(PixTransfer))]
[JsonSerializable(typeof(PixTransferRequest))]
[JsonSerializable(typeof(PixMovement))]
[JsonSerializable(typeof(AccountReportOrder))]
[JsonSerializable(typeof(PixMade))]
[JsonSerializable(typeof(PixRequest))]
[JsonSerializable(typeof(PixUpdate))]
[JsonSerializable(typeof(PixRefundRequest))]
internal sealed partial class PixJson : JsonSerializerContext;
