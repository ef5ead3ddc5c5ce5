using System.Text;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>
/// Cuts JSON into the values that it lists without reading them, so that one that is no JSON does not spoil its neighbours.
/// What is cut out is whatever stands between two commas of the level asked for; whether it can be read is for the reader.
/// </summary>
internal static class JsonPieces
{
    /// <summary>The values of an array, in order; null when it is none, or does not end.</summary>
    public static List<ReadOnlyMemory<byte>>? Elements(ReadOnlyMemory<byte> json) => Cut(json, (byte)'[', (byte)']');

    /// <summary>The members of an object by their names, the last of a name; null when it is none, or does not end.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>>? Members(ReadOnlyMemory<byte> json)
    {
        if (Cut(json, (byte)'{', (byte)'}') is not { } pieces)
        {
            return null;
        }

        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var piece in pieces)
        {
            var span = piece.Span;
            var end = span.Length > 0 && span[0] == '"' ? AfterString(span, 0) : -1;
            var colon = end < 0 ? -1 : span[end..].IndexOf((byte)':');
            if (colon >= 0)
            {
                members[Encoding.UTF8.GetString(span[1..(end - 1)])] = Trimmed(piece[(end + colon + 1)..]);
            }
        }

        return members;
    }

    private static List<ReadOnlyMemory<byte>>? Cut(ReadOnlyMemory<byte> json, byte opens, byte closes)
    {
        json = Trimmed(json);
        var span = json.Span;
        if (span.Length < 2 || span[0] != opens)
        {
            return null;
        }

        List<ReadOnlyMemory<byte>> pieces = [];
        Stack<byte> open = new();
        var start = 1;
        for (var at = 1; at < span.Length; at++)
        {
            switch (span[at])
            {
                case (byte)'"':
                    at = AfterString(span, at) - 1;
                    break;
                case (byte)'{' or (byte)'[':
                    open.Push(span[at] == '{' ? (byte)'}' : (byte)']');
                    break;
                case (byte)',' when open.Count == 0:
                    pieces.Add(Trimmed(json[start..at]));
                    start = at + 1;
                    break;
                case var end when end == closes && !open.Contains(closes):
                    if (pieces.Count > 0 || !Trimmed(json[start..at]).IsEmpty)
                    {
                        pieces.Add(Trimmed(json[start..at]));
                    }

                    return pieces;
                case (byte)'}' or (byte)']' when open.Contains(span[at]):
                    // What was left open in it ends with it.
                    while (open.Pop() != span[at])
                    {
                    }

                    break;
            }
        }

        return null;
    }

    // No string goes over the end of a line: one without an end ends there.
    private static int AfterString(ReadOnlySpan<byte> span, int at)
    {
        for (at++; at < span.Length; at++)
        {
            if (span[at] == '\\')
            {
                at++;
            }
            else if (span[at] is (byte)'"' or (byte)'\n')
            {
                return at + 1;
            }
        }

        return span.Length;
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> json) => json.Trim(" \t\r\n"u8);
}
