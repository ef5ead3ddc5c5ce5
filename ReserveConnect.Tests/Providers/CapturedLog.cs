using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Providers;

/// <summary>Everything that is logged, at every level, as text.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ScannedLog.Look("of a provider's client", state, exception, formatter);
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
