namespace ReserveConnect.Launcher.Processes;

/// <summary>
/// A log file that cannot fill the disk: at <see cref="MaxBytes"/> it becomes <c>{file}.1</c>, replacing the one
/// before, and a new one begins. Remembers its last lines.
/// </summary>
internal sealed class BoundedLog : IDisposable
{
    /// <summary>Size at which a log file is turned over.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>Characters of a line that are kept.</summary>
    public const int MaxLine = 8 * 1024;

    /// <summary>How many last lines are remembered for the report of a child that died.</summary>
    public const int RememberedLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new();
    private readonly string _file;
    private StreamWriter _writer;

    /// <summary>Continues the log at <paramref name="file"/>.</summary>
    public BoundedLog(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _file = file;
        _writer = Open();
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_lock)
                return [.. _last];
        }
    }

    /// <summary>Appends one line.</summary>
    public void Write(string line)
    {
        if (line.Length > MaxLine)
            line = line[..MaxLine];
        lock (_lock)
        {
            _last.Enqueue(line);
            if (_last.Count > RememberedLines)
                _last.Dequeue();
            if (_writer.BaseStream.Position > MaxBytes)
                TurnOver();
            _writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _writer.Dispose();
    }

    private void TurnOver()
    {
        _writer.Dispose();
        File.Move(_file, _file + ".1", overwrite: true);
        _writer = Open();
    }

    private StreamWriter Open() =>
        new(new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
}
