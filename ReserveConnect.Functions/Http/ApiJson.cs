using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace ReserveConnect.Functions.Http;

/// <summary>The JSON of this API (design section 7): snake_case, dates <c>YYYY-MM-DD</c>, money with two places.</summary>
public static class ApiJson
{
    /// <summary>How answers are written.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>How request bodies are read: nothing unknown, nothing twice, nothing missing.</summary>
    public static JsonSerializerOptions Requests { get; } = new(Create())
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = RequestBody.MostDepth,
    };

    private static JsonSerializerOptions Create() => new()
    {
        // Named because the shape of a body is read from it before anything is deserialised.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        // Names and places of Brazil as they are written; what could close a script tag is still escaped.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new MoneyConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}
