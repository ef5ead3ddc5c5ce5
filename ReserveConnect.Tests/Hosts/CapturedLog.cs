using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Hosts;

/// <summary>One line of a log.</summary>
internal sealed record LogLine(string Category, LogLevel Level, string Message, Exception? Exception);

/// <summary>Keeps what a host logs, for a test to read.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ScannedLog.Look(category, state, exception, formatter);
            lines.Enqueue(new LogLine(category, logLevel, formatter(state, exception), exception));
        }
    }
}
