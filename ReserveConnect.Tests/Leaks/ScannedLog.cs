using Microsoft.Extensions.Logging;

namespace ReserveConnect.Tests.Leaks;

/// <summary>Keeps nothing: looks through all that a host logs, at every level that it enables, as text and as the values that are exported beside it.</summary>
internal sealed class ScannedLog : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose()
    {
    }

    /// <summary>Looks through one entry.</summary>
    public static void Look<TState>(string category, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var where = $"log {category}";
        LeakWatch.Look(where, formatter(state, exception));
        LeakWatch.Look(where, exception?.ToString());
        Look(where, state);
    }

    private static void Look<TState>(string where, TState state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> values)
            return;
        foreach (var (key, value) in values)
            LeakWatch.Look($"{where}, {key}", value?.ToString());
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            LeakWatch.Look($"scope of {category}", state.ToString());
            ScannedLog.Look($"scope of {category}", state);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            ScannedLog.Look(category, state, exception, formatter);
    }
}
