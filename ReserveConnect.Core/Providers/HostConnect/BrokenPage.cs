using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>Reads a page of which something cannot be read: record by record, nights night by night.</summary>
internal static class BrokenPage
{
    private const int LongestNight = 40;
    private const int LongestPath = 100;

    /// <exception cref="JsonException">Not even its records can be told apart, or its cursor or version is missing.</exception>
    public static HostPage<T> Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> record)
        where T : class =>
        Read<T>(body, (piece, items, broken) =>
        {
            try
            {
                items.Add(JsonSerializer.Deserialize(piece.Span, record) ?? throw new JsonException("null"));
            }
            catch (JsonException unreadable)
            {
                var members = JsonPieces.Members(piece) ?? [];
                broken.Add(new BrokenRecord(Id(members, "id"), Id(members, "property_id"), null, Where(unreadable)));
            }
        });

    /// <inheritdoc cref="Read{T}(ReadOnlyMemory{byte}, JsonTypeInfo{T})"/>
    public static HostPage<HostAvailability> ReadAvailability(ReadOnlyMemory<byte> body) =>
        Read<HostAvailability>(body, (piece, items, broken) =>
        {
            var members = JsonPieces.Members(piece) ?? [];
            if (Id(members, "room_type_id") is not { } room
                || !members.TryGetValue("nights", out var listed) || JsonPieces.Elements(listed) is not { } pieces)
            {
                broken.Add(new BrokenRecord(Id(members, "room_type_id"), null, null, "$.nights"));
                return;
            }

            List<HostNight> nights = new(pieces.Count);
            foreach (var night in pieces)
            {
                try
                {
                    nights.Add(HostNightsConverter.Read(night.Span));
                }
                catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
                {
                    // Half a surrogate pair is an InvalidOperationException to a reader of JSON.
                    var where = unreadable is JsonException json ? Where(json) : "$";
                    broken.Add(new BrokenRecord(room, null, Text(JsonPieces.Members(night) ?? [], "date") ?? "", where));
                }
            }

            items.Add(new HostAvailability(room, [.. nights]));
        });

    private static HostPage<T> Read<T>(ReadOnlyMemory<byte> body, Action<ReadOnlyMemory<byte>, List<T>, List<BrokenRecord>> add)
    {
        var members = JsonPieces.Members(body) ?? throw new JsonException("the page is no object");
        if (!members.TryGetValue("items", out var listed) || JsonPieces.Elements(listed) is not { } pieces
            || !members.TryGetValue("next_cursor", out var cursor) || !members.TryGetValue("version", out var version))
        {
            throw new JsonException("the page has no list, no cursor or no version");
        }

        List<T> items = new(pieces.Count);
        List<BrokenRecord> broken = [];
        foreach (var piece in pieces)
        {
            add(piece, items, broken);
        }

        return new HostPage<T>(
            items, JsonSerializer.Deserialize(cursor.Span, HostConnectJson.Default.String),
            JsonSerializer.Deserialize(version.Span, HostConnectJson.Default.Int64)) { Broken = broken };
    }

    private static Guid? Id(Dictionary<string, ReadOnlyMemory<byte>> members, string name) =>
        Guid.TryParse(Text(members, name), out var id) ? id : null;

    private static string? Text(Dictionary<string, ReadOnlyMemory<byte>> members, string name)
    {
        try
        {
            var text = members.TryGetValue(name, out var piece) ? JsonSerializer.Deserialize(piece.Span, HostConnectJson.Default.String) : null;
            return text?.Length <= LongestNight ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Where(JsonException unreadable) =>
        unreadable.Path is { Length: > 0 and <= LongestPath } path ? path : null;
}
