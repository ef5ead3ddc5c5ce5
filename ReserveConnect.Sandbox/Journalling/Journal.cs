using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ReserveConnect.Sandbox.Journalling;

/// <summary>
/// What one server remembers beyond its life: a file to which every change is appended as one line of JSON, handed to the
/// operating system before the call is answered (no fsync: it survives the process, not the machine). At start the file is
/// read, what was overwritten since is left out, and the rest is written anew.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream? _owner;
    private readonly string? _path;
    private FileStream? _file;

    private Journal(FileStream? owner, string? path, FileStream? file, IReadOnlyList<JournalEntry> restored)
    {
        _owner = owner;
        _path = path;
        _file = file;
        Restored = restored;
    }

    /// <summary>The latest value of every object of earlier runs, in the order of their last change.</summary>
    public IReadOnlyList<JournalEntry> Restored { get; private set; }

    /// <summary>Whether changes are kept at all.</summary>
    public bool IsKept => _path is not null;

    /// <summary>Opens the journal of one server.</summary>
    /// <param name="directory">The state folder, made if missing; null: nothing is kept.</param>
    /// <param name="name">File name without extension.</param>
    /// <exception cref="IOException">Another process uses the folder for this server.</exception>
    /// <exception cref="InvalidDataException">The file holds something else than a journal.</exception>
    public static Journal Open(string? directory, string name)
    {
        if (directory is null)
            return new Journal(null, null, null, []);

        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name + ".jsonl");
        var owner = TakeOwnership(directory, name);
        try
        {
            var restored = JournalFile.Read(path);
            return new Journal(owner, path, OpenForAppend(path), restored);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Lets the memory of <see cref="Restored"/> go once the server has taken it over.</summary>
    public void ForgetRestored() => Restored = [];

    /// <summary>Appends one change; when it returns the change survives the death of this process.</summary>
    /// <param name="line">One JSON array of puts and removals, with its new line.</param>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            _file?.Write(line);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_path is null)
                return;
            _file?.Dispose();
            File.Delete(_path);
            _file = OpenForAppend(_path);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
            _owner?.Dispose();
        }
    }

    private static FileStream TakeOwnership(string directory, string name)
    {
        try
        {
            return new FileStream(Path.Combine(directory, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"The state folder '{directory}' is in use by another sandbox ({name}).", e);
        }
    }

    // Without a buffer of its own each write is one system call, and nothing is left behind in the process.
    private static FileStream OpenForAppend(string path) =>
        new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
}

/// <summary>One object in the journal.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Which one.</param>
/// <param name="Json">Its value.</param>
internal readonly record struct JournalEntry(string Kind, string Key, byte[] Json)
{
    /// <summary>The value.</summary>
    public T Read<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Json, type)!;
}
