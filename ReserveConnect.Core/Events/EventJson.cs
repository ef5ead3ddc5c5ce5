using System.Text.Json;

namespace ReserveConnect.Events;

/// <summary>How event payloads are written: snake_case like every other JSON of this system.</summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
