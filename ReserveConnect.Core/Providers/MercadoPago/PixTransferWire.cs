using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A PIX as it is ordered: the documented request of a payout to a PIX key.</summary>
internal sealed record PixTransferBody(
    string ExternalReference,
    PixTransferPointBody PointOfInteraction,
    PixTransferSellerBody? SellerConfiguration,
    PixTransferTransactionBody Transaction);

internal sealed record PixTransferPointBody(string Type);

internal sealed record PixTransferSellerBody(PixTransferNotificationBody NotificationInfo);

internal sealed record PixTransferNotificationBody(string NotificationUrl);

internal sealed record PixTransferTransactionBody(PixTransferFromBody From, PixTransferToBody To, decimal TotalAmount);

internal sealed record PixTransferFromBody(IReadOnlyList<PixTransferSourceBody> Accounts);

internal sealed record PixTransferSourceBody(decimal Amount);

internal sealed record PixTransferToBody(IReadOnlyList<PixTransferTargetBody> Accounts);

internal sealed record PixTransferTargetBody(string Type, decimal Amount, PixKeyBody Chave, PixTransferOwnerBody Owner);

internal sealed record PixKeyBody(string Type, string Value);

internal sealed record PixTransferOwnerBody(PixIdentificationBody Identification);

/// <summary>The parts of a transaction intent that are read here.</summary>
internal sealed record MercadoPagoTransactionIntent(
    [property: JsonConverter(typeof(MercadoPagoIdConverter))] string Id,
    string Status,
    MercadoPagoTransaction Transaction,
    string? ExternalReference = null,
    [property: JsonConverter(typeof(MercadoPagoInstantConverter))] DateTimeOffset? CreatedDate = null);

internal sealed record MercadoPagoTransaction(
    decimal TotalAmount,
    decimal RefundedAmount = 0,
    MercadoPagoReceivers? To = null);

internal sealed record MercadoPagoReceivers(IReadOnlyList<MercadoPagoReceiver>? Accounts = null);

/// <param name="StatusDetail">The documentation's tables call it so.</param>
/// <param name="StatusDetails">Its samples have this instead: a list of words, or of objects.</param>
internal sealed record MercadoPagoReceiver(string? StatusDetail = null, JsonElement? StatusDetails = null);

/// <summary>Who the access token belongs to.</summary>
internal sealed record MercadoPagoUser([property: JsonConverter(typeof(MercadoPagoIdConverter))] string Id);

internal sealed record MercadoPagoBalance(decimal AvailableBalance, decimal UnavailableBalance = 0);
