using System.Text.Json;

namespace ReserveConnect.Sandbox.Journalling;

/// <summary>
/// Reading and compacting of a journal file: each line is <c>[[kind,key,value],[kind,key],...]</c>, without a value:
/// removed. A last line that the process did not finish writing counts for nothing.
/// </summary>
internal sealed class JournalFile
{
    private const int BlockSize = 1 << 20;

    private readonly string _path;
    private readonly Dictionary<(string Kind, string Key), (long Order, byte[] Value)> _latest = [];
    private readonly Dictionary<string, string> _kinds = new(StringComparer.Ordinal);
    private long _entries;
    private bool _isTorn;

    private JournalFile(string path) => _path = path;

    /// <summary>The latest value of every object; the file is left with just these.</summary>
    /// <exception cref="InvalidDataException">It is no journal.</exception>
    public static IReadOnlyList<JournalEntry> Read(string path)
    {
        var file = new JournalFile(path);
        if (File.Exists(path))
            file.ReadLines();
        JournalEntry[] entries = [.. file._latest.OrderBy(e => e.Value.Order).Select(e => new JournalEntry(e.Key.Kind, e.Key.Key, e.Value.Value))];
        if (file._isTorn || file._entries > entries.Length)
            file.Rewrite(entries);
        return entries;
    }

    private void ReadLines()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[BlockSize];
        var (filled, number) = (0, 0);
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = file.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
                break;
            filled += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                ReadLine(buffer.AsSpan(start, end), ++number);
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }

        _isTorn = filled > 0;
    }

    private void ReadLine(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.StartArray)
                ReadEntry(ref json, line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{_path}, line {number}: not a journal of the sandbox; remove the file to start afresh.", e);
        }
    }

    private void ReadEntry(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        json.Read();
        var kind = json.GetString()!;
        kind = _kinds.TryGetValue(kind, out var known) ? known : _kinds[kind] = kind;
        json.Read();
        var key = json.GetString()!;
        json.Read();
        _entries++;
        if (json.TokenType == JsonTokenType.EndArray)
        {
            _latest.Remove((kind, key));
            return;
        }

        var start = (int)json.TokenStartIndex;
        json.Skip();
        _latest[(kind, key)] = (_entries, line[start..(int)json.BytesConsumed].ToArray());
        json.Read();
    }

    // Killed in between, the old file stands.
    private void Rewrite(JournalEntry[] entries)
    {
        var fresh = _path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            using var json = new Utf8JsonWriter(file, new JsonWriterOptions { SkipValidation = true });
            foreach (var entry in entries)
            {
                json.WriteStartArray();
                json.WriteStartArray();
                json.WriteStringValue(entry.Kind);
                json.WriteStringValue(entry.Key);
                json.WriteRawValue(entry.Json, skipInputValidation: true);
                json.WriteEndArray();
                json.WriteEndArray();
                json.Flush();
                json.Reset();
                file.WriteByte((byte)'\n');
            }
        }

        File.Move(fresh, _path, overwrite: true);
    }
}
