using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>
/// Writes a property's card once and keeps the bytes as long as the card: it never changes, and every search shows twenty.
/// </summary>
internal sealed class CardWriting : JsonConverter<PropertyCard>
{
    private static readonly ConditionalWeakTable<PropertyCard, byte[]> Written = [];

    /// <summary>The JSON of this API, byte for byte, only sooner.</summary>
    public static JsonSerializerOptions Options { get; } = new(ApiJson.Options) { Converters = { new CardWriting() } };

    /// <inheritdoc/>
    public override PropertyCard? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("a card is only written");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PropertyCard value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(
            Written.GetValue(value, card => JsonSerializer.SerializeToUtf8Bytes(card, ApiJson.Options)), skipInputValidation: true);
    }
}
