using System.Collections.Concurrent;

namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>Wakes those who wait for an instance to start or to end, so that nobody polls for it.</summary>
internal sealed class Signals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Ends when something has happened that is worth another look. Take it before looking.</summary>
    public Task Next(string instanceId) =>
        _waiting.GetOrAdd(instanceId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Pulse(string instanceId)
    {
        if (_waiting.TryRemove(instanceId, out var waiting))
            waiting.TrySetResult();
    }

    public void PulseAll()
    {
        foreach (var instanceId in _waiting.Keys)
            Pulse(instanceId);
    }
}
