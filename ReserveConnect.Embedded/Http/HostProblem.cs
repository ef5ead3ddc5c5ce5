using System.Text.Json.Serialization;

namespace ReserveConnect.Embedded.Http;

/// <summary>A refusal by the host itself, in the form of RFC 9457.</summary>
internal sealed record HostProblem(string Type, string Title, int Status, string Code, string? Detail, string TraceId);

/// <summary>Its JSON, snake_case as everywhere in this product.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HostProblem))]
internal sealed partial class HostProblemJson : JsonSerializerContext;
