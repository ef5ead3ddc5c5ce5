using System.Buffers;
using System.Text;
using System.Text.Json;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Http;

/// <summary>Finds text in a body that is none: a NUL, half a surrogate pair. JSON can spell both, and no database can keep them.</summary>
internal static class RequestText
{
    public static Refusal? Check(JsonElement body) => Find(body, "") is { } path
        ? Refusal.Malformed(
            "invalid_text", "A text holds a character that is none.", new FieldError(path, "invalid_text", "No NUL, and no half of a surrogate pair."))
        : null;

    /// <summary>Whether a text is one line of characters: no control, no half of a surrogate pair, nothing that Unicode says is no character.</summary>
    public static bool IsLine(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune) || Text.IsNoCharacter(rune))
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    private static string? Find(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => IsText(value) ? null : path,
        JsonValueKind.Array => value.EnumerateArray().Select((item, index) => Find(item, $"{path}.{index}")).FirstOrDefault(found => found is not null),
        JsonValueKind.Object => FindIn(value, path),
        _ => null,
    };

    // A name that is half a pair the parser has refused already: it looks for names that come twice.
    private static string? FindIn(JsonElement members, string path) =>
        members.EnumerateObject()
            .Select(member => member.Name.Contains('\0', StringComparison.Ordinal) ? path : Find(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
            .FirstOrDefault(found => found is not null);

    private static bool IsText(JsonElement value)
    {
        try
        {
            return !value.GetString()!.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            // How the library says that it is half a pair.
            return false;
        }
    }
}
