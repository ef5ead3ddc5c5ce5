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

    private static readonly JsonSerializerOptions Options = new(ApiJson.Options) { Converters = { new CardWriting() } };

    /// <summary>The JSON of this API, byte for byte, only sooner. Without an index the cards of every answer are new, and nothing is kept.</summary>
    public static JsonSerializerOptions For(StaySearches searches) => searches.AreIndexed ? Options : ApiJson.Options;

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
