using System.Collections.Concurrent;

namespace ReserveConnect.Sandbox.Hosting;

/// <summary>One call received.</summary>
/// <param name="At">When it was answered, or left.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path as called.</param>
/// <param name="Route">The operation's route; null: unknown path.</param>
/// <param name="Key">Idempotency key, if one was sent.</param>
/// <param name="Status">The status answered; 0: none was.</param>
internal sealed record Call(DateTimeOffset At, string Method, string Path, string? Route, string? Key, int Status);

/// <summary>Counters of calls by operation, and the last calls.</summary>
internal sealed class CallLog(int kept)
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Call> _last = new();

    /// <summary>Calls since the start or the last <see cref="Clear"/>, by <c>METHOD route</c>.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>The last calls, oldest first.</summary>
    public IReadOnlyList<Call> Last => [.. _last];

    /// <summary>Notes a call.</summary>
    public void Add(Call call)
    {
        _counts.AddOrUpdate($"{call.Method} {call.Route ?? "unknown"}", 1, (_, n) => n + 1);
        _last.Enqueue(call);
        while (_last.Count > kept && _last.TryDequeue(out _))
        {
        }
    }

    /// <summary>Starts counting anew.</summary>
    public void Clear()
    {
        _counts.Clear();
        _last.Clear();
    }
}
