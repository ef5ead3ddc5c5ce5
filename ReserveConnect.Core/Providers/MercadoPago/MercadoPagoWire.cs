using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A charge as it is sent: the documented request of a PIX payment.</summary>
internal sealed record PixChargeBody(
    decimal TransactionAmount,
    string Description,
    string PaymentMethodId,
    string DateOfExpiration,
    string ExternalReference,
    string? NotificationUrl,
    PixPayerBody Payer,
    Dictionary<string, string> Metadata);

internal sealed record PixPayerBody(string Email, string? FirstName, string? LastName, PixIdentificationBody? Identification);

internal sealed record PixIdentificationBody(string Type, string Number);

internal sealed record PixCancelBody(string Status);

internal sealed record PixRefundBody(decimal Amount);

/// <summary>The parts of a payment that are read here; amounts in BRL.</summary>
internal sealed record MercadoPagoPayment(
    [property: JsonConverter(typeof(MercadoPagoIdConverter))] string Id,
    string Status,
    decimal TransactionAmount,
    string? StatusDetail = null,
    decimal? TransactionAmountRefunded = null,
    string? CurrencyId = null,
    IReadOnlyList<MercadoPagoFee>? FeeDetails = null,
    [property: JsonConverter(typeof(MercadoPagoInstantConverter))] DateTimeOffset? DateOfExpiration = null,
    [property: JsonConverter(typeof(MercadoPagoInstantConverter))] DateTimeOffset? DateApproved = null,
    string? ExternalReference = null,
    MercadoPagoPayer? Payer = null,
    MercadoPagoPointOfInteraction? PointOfInteraction = null);

internal sealed record MercadoPagoFee(string? Type = null, decimal? Amount = null, string? FeePayer = null);

internal sealed record MercadoPagoPayer(string? FirstName = null, string? LastName = null, MercadoPagoIdentification? Identification = null);

internal sealed record MercadoPagoIdentification(string? Type = null, string? Number = null);

internal sealed record MercadoPagoPointOfInteraction(MercadoPagoTransactionData? TransactionData = null);

internal sealed record MercadoPagoTransactionData(string? QrCode = null, string? QrCodeBase64 = null, string? TicketUrl = null);

/// <summary>A search hit. Only id is relied on: the documented minimum has little more.</summary>
internal sealed record MercadoPagoHit([property: JsonConverter(typeof(MercadoPagoIdConverter))] string Id);

internal sealed record MercadoPagoSearch(MercadoPagoPaging Paging, IReadOnlyList<MercadoPagoHit> Results);

internal sealed record MercadoPagoPaging(int Total);

internal sealed record MercadoPagoRefund(
    [property: JsonConverter(typeof(MercadoPagoIdConverter))] string Id,
    string Status,
    decimal Amount);

internal sealed record MercadoPagoError(string? Message = null, string? Error = null, IReadOnlyList<MercadoPagoCause>? Cause = null);

internal sealed record MercadoPagoCause(
    [property: JsonConverter(typeof(MercadoPagoIdConverter))] string? Code = null,
    string? Description = null);

/// <summary>Ids are numbers in samples and strings in the types of the official SDKs: both are read.</summary>
internal sealed class MercadoPagoIdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new JsonException("an id that is neither a string nor a whole number"),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Instants with any offset, among them <c>-00:00</c>, which Mercado Pago's samples have.</summary>
internal sealed class MercadoPagoInstantConverter : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null
            ? null
            : DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                ? instant
                : throw new JsonException("not an instant");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } instant)
            writer.WriteStringValue(instant);
        else
            writer.WriteNullValue();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PixChargeBody))]
[JsonSerializable(typeof(PixCancelBody))]
[JsonSerializable(typeof(PixRefundBody))]
[JsonSerializable(typeof(MercadoPagoPayment))]
[JsonSerializable(typeof(MercadoPagoSearch))]
[JsonSerializable(typeof(MercadoPagoRefund))]
[JsonSerializable(typeof(IReadOnlyList<MercadoPagoRefund>))]
[JsonSerializable(typeof(PixTransferBody))]
[JsonSerializable(typeof(MercadoPagoTransactionIntent))]
[JsonSerializable(typeof(MercadoPagoUser))]
[JsonSerializable(typeof(ReportOrderBody))]
[JsonSerializable(typeof(IReadOnlyList<ReportWire>))]
[JsonSerializable(typeof(MercadoPagoBalance))]
[JsonSerializable(typeof(MercadoPagoError))]
internal sealed partial class MercadoPagoJson : JsonSerializerContext;
