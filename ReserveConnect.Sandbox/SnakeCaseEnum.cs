using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox;

/// <summary>Enums as <c>snake_case</c> strings; numbers are refused.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
