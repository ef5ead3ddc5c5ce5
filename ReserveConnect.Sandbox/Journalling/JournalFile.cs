using System.Text;
using System.Text.Json;

namespace ReserveConnect.Sandbox.Journalling;

/// <summary>Reading and compacting of a journal file: each line is <c>[[kind,key,value],[kind,key],...]</c>, without a value: removed.</summary>
internal static class JournalFile
{
    /// <summary>The latest value of every object; a last line that the process did not finish writing counts for nothing.</summary>
    public static IReadOnlyList<JournalEntry> Read(string path)
    {
        if (!File.Exists(path))
            return [];

        var latest = new Dictionary<(string Kind, string Key), (long Order, JsonElement Value)>();
        var order = 0L;
        var number = 0;
        foreach (var line in CompleteLines(path))
        {
            number++;
            foreach (var entry in Parse(path, number, line).EnumerateArray())
            {
                var id = (entry[0].GetString()!, entry[1].GetString()!);
                if (entry.GetArrayLength() > 2)
                    latest[id] = (order++, entry[2]);
                else
                    latest.Remove(id);
            }
        }

        return [.. latest.OrderBy(e => e.Value.Order).Select(e => new JournalEntry(e.Key.Kind, e.Key.Key, e.Value.Value))];
    }

    /// <summary>Replaces the file by one that holds just <paramref name="entries"/>; killed in between, the old file stands.</summary>
    public static void Rewrite(string path, IReadOnlyList<JournalEntry> entries)
    {
        var fresh = path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            foreach (var entry in entries)
            {
                using (var json = new Utf8JsonWriter(file))
                {
                    json.WriteStartArray();
                    json.WriteStartArray();
                    json.WriteStringValue(entry.Kind);
                    json.WriteStringValue(entry.Key);
                    entry.Value.WriteTo(json);
                    json.WriteEndArray();
                    json.WriteEndArray();
                }

                file.WriteByte((byte)'\n');
            }
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static IEnumerable<string> CompleteLines(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        string? previous = null;
        while (reader.ReadLine() is { } line)
        {
            if (previous is not null)
                yield return previous;
            previous = line;
        }

        if (previous is not null && EndsWithNewLine(path))
            yield return previous;
    }

    private static bool EndsWithNewLine(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static JsonElement Parse(string path, int number, string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {number}: not a journal of the sandbox; remove the file to start afresh.", e);
        }
    }
}
