using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Trials.World;

/// <summary>The last warnings and errors that the functions logged, for who has to find out why a trial failed.</summary>
internal sealed class Complaints : ILoggerProvider
{
    private const int Kept = 2_000;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Those that name one of these ids, oldest first.</summary>
    public IReadOnlyList<string> About(IReadOnlyCollection<Guid> ids)
    {
        var names = ids.Select(id => id.ToString()).ToList();
        return [.. _lines.Where(line => names.Any(name => line.Contains(name, StringComparison.Ordinal)))];
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > Kept)
            _lines.TryDequeue(out _);
    }

    private sealed class Logger(Complaints complaints, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                complaints.Add($"{logLevel} {category.Split('.')[^1]}: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}".TrimEnd());
        }
    }
}
