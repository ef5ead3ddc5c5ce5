using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Journalling;

/// <summary>Bytes that are JSON already: written as they are instead of as a quoted string, read back as they stood.</summary>
internal sealed class RawJson : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value, skipInputValidation: true);
}
