using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ReserveConnect.Providers.Stripe;

/// <summary>The parts of Stripe's objects (API 2026-07-29.dahlia) that are read here; amounts in minor units.</summary>
internal sealed record StripePaymentIntent(
    string Id,
    string Status,
    long Amount,
    string Currency,
    long AmountCapturable = 0,
    long AmountReceived = 0,
    string? ClientSecret = null,
    [property: JsonConverter(typeof(StripeChargeConverter))] StripeCharge? LatestCharge = null,
    StripeNextAction? NextAction = null,
    StripePaymentError? LastPaymentError = null,
    Dictionary<string, string>? Metadata = null);

internal sealed record StripeNextAction(string? Type = null);

internal sealed record StripePaymentError(
    string? Code = null,
    string? DeclineCode = null,
    string? Message = null,
    StripePaymentMethodDetails? PaymentMethod = null);

internal sealed record StripeCharge(
    string Id,
    string? Currency = null,
    long AmountRefunded = 0,
    long? Created = null,
    [property: JsonConverter(typeof(StripeBalanceTransactionConverter))] StripeBalanceTransaction? BalanceTransaction = null,
    StripePaymentMethodDetails? PaymentMethodDetails = null);

internal sealed record StripePaymentMethodDetails(StripeCard? Card = null);

internal sealed record StripeCard(string? Brand = null, string? Last4 = null, string? Funding = null);

/// <param name="Fee">Null while only the id was sent.</param>
internal sealed record StripeBalanceTransaction(string Id, string? Currency = null, long? Fee = null, long Amount = 0);

internal sealed record StripeRefund(
    string Id,
    string Status,
    long Amount,
    string Currency,
    [property: JsonConverter(typeof(StripeIdConverter))] string? PaymentIntent = null,
    [property: JsonConverter(typeof(StripeIdConverter))] string? Charge = null,
    string? FailureReason = null,
    Dictionary<string, string>? Metadata = null);

/// <param name="BalanceTransactions">None, the withdrawal, or the withdrawal and the reinstatement; always whole.</param>
internal sealed record StripeDispute(
    string Id,
    string Status,
    long Amount,
    string Currency,
    string Reason,
    long Created,
    IReadOnlyList<StripeBalanceTransaction> BalanceTransactions,
    [property: JsonConverter(typeof(StripeIdConverter))] string? PaymentIntent = null,
    StripeEvidenceDetails? EvidenceDetails = null);

internal sealed record StripeEvidenceDetails(long? DueBy = null);

internal sealed record StripeRefundList(IReadOnlyList<StripeRefund> Data, bool HasMore);

internal sealed record StripeErrorBody(StripeError Error);

internal sealed record StripeError(string Type, string? Code = null, string? Message = null);

/// <summary>A field that Stripe sends as an id, or as the object when it was asked to expand it.</summary>
internal abstract class StripeExpandableConverter<T>(Func<string, T> fromId, Func<JsonTypeInfo<T>> whole) : JsonConverter<T>
    where T : class
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? fromId(reader.GetString()!)
            : JsonSerializer.Deserialize(ref reader, whole());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, whole());
}

internal sealed class StripeChargeConverter()
    : StripeExpandableConverter<StripeCharge>(id => new StripeCharge(id), () => StripeJson.Default.StripeCharge);

internal sealed class StripeBalanceTransactionConverter()
    : StripeExpandableConverter<StripeBalanceTransaction>(id => new StripeBalanceTransaction(id), () => StripeJson.Default.StripeBalanceTransaction);

/// <summary>A reference of which only the id matters, expanded or not.</summary>
internal sealed class StripeIdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        using var whole = JsonDocument.ParseValue(ref reader);
        return whole.RootElement.TryGetProperty("id", out var id) ? id.GetString() : throw new JsonException("a reference without id");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StripePaymentIntent))]
[JsonSerializable(typeof(StripeRefundList))]
[JsonSerializable(typeof(StripeDispute))]
[JsonSerializable(typeof(StripeTransfer))]
[JsonSerializable(typeof(StripeTransferList))]
[JsonSerializable(typeof(StripeTransactionList))]
[JsonSerializable(typeof(StripeBalance))]
[JsonSerializable(typeof(StripeBalanceTransaction))]
[JsonSerializable(typeof(StripeErrorBody))]
internal sealed partial class StripeJson : JsonSerializerContext;
