using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Trials.World;

/// <summary>An error that was logged.</summary>
/// <param name="Template">What it was written by.</param>
/// <param name="Exception">The exception's type; null: none.</param>
/// <param name="Line">As it reads.</param>
internal sealed record LoggedError(string Template, Type? Exception, string Line);

/// <summary>The last warnings and errors that the functions logged, for who has to find out why a trial failed.</summary>
internal sealed class Complaints : ILoggerProvider
{
    private const int Kept = 2_000;
    private const int Shown = 20;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<LoggedError> _errors = new();

    /// <summary>Those that name one of these ids, oldest first.</summary>
    public IReadOnlyList<string> About(IReadOnlyCollection<Guid> ids)
    {
        var names = ids.Select(id => id.ToString()).ToList();
        return [.. _lines.Where(line => names.Any(name => line.Contains(name, StringComparison.Ordinal)))];
    }

    /// <summary>The errors since they were last taken.</summary>
    public IReadOnlyList<LoggedError> TakeErrors()
    {
        List<LoggedError> taken = [];
        while (_errors.TryDequeue(out var error))
            taken.Add(error);
        return taken;
    }

    /// <summary>The very last ones, oldest first.</summary>
    public IReadOnlyList<string> Last => [.. _lines.TakeLast(Shown)];

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
            if (!IsEnabled(logLevel))
                return;
            var line = $"{logLevel} {category.Split('.')[^1]}: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}".TrimEnd();
            complaints.Add(line);
            if (logLevel >= LogLevel.Error && complaints._errors.Count < Kept)
                complaints._errors.Enqueue(new(TemplateOf(state), exception?.GetType(), line));
        }

        private static string TemplateOf<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == "{OriginalFormat}").Value is string template ? template : "";
    }
}
