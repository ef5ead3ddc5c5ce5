namespace ReserveConnect.Launcher.Commands;

/// <summary>The arguments behind a command: options with a value, and words.</summary>
internal sealed class CommandLine(string[] arguments)
{
    private readonly List<string> _rest = [.. arguments];

    /// <summary>Takes <c>--name value</c>; null if it is not there.</summary>
    /// <exception cref="UsageException">The value is missing.</exception>
    public string? Option(string name)
    {
        var at = _rest.IndexOf(name);
        if (at < 0)
            return null;
        if (at + 1 >= _rest.Count)
            throw new UsageException($"{name} needs a value");
        var value = _rest[at + 1];
        _rest.RemoveRange(at, 2);
        return value;
    }

    /// <summary>Takes <c>--name value</c> as <paramref name="parse"/> reads it; null if it is not there.</summary>
    /// <exception cref="UsageException">The value is missing or cannot be read.</exception>
    public T? Option<T>(string name, Func<string, (bool Ok, T Value)> parse)
        where T : struct
    {
        if (Option(name) is not { } text)
            return null;
        var (ok, value) = parse(text);
        return ok ? value : throw new UsageException($"{name} {text}: that is not what it takes");
    }

    /// <summary>Takes <c>--name</c>; true if it is there.</summary>
    public bool Flag(string name) => _rest.Remove(name);

    /// <summary>Takes the next word; null if there is none.</summary>
    public string? Word()
    {
        if (_rest.Count == 0)
            return null;
        var word = _rest[0];
        _rest.RemoveAt(0);
        return word;
    }

    /// <summary>Insists that everything was understood.</summary>
    /// <exception cref="UsageException">Something is left.</exception>
    public void End()
    {
        if (_rest.Count > 0)
            throw new UsageException($"unknown: {string.Join(' ', _rest)}");
    }
}

/// <summary>The command line was not understood.</summary>
internal sealed class UsageException(string message) : Exception(message);
