using System.Collections.Concurrent;

namespace ReserveConnect.Sandbox.Faults;

/// <summary>Answers that <see cref="FaultKind.HoldAnswer"/> holds back, by what their fault mentions.</summary>
internal sealed class HeldAnswers
{
    private readonly ConcurrentDictionary<string, HeldAnswer> _held = new(StringComparer.Ordinal);

    /// <summary>The answer to the call that such a fault is for, also before the call has come.</summary>
    public HeldAnswer Of(string mentions) => _held.GetOrAdd(mentions, _ => new HeldAnswer());

    /// <summary>Lets one go; false: there is none.</summary>
    public bool LetGo(string mentions)
    {
        if (!_held.TryRemove(mentions, out var held))
            return false;
        held.LetGo();
        return true;
    }

    /// <summary>Lets all go.</summary>
    public void Clear()
    {
        foreach (var mentions in _held.Keys)
            LetGo(mentions);
    }
}

/// <summary>An answer that is held back: what was asked is done, and its caller does not know it.</summary>
internal sealed class HeldAnswer
{
    private readonly TaskCompletionSource<Work> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was done: ends when it is.</summary>
    public Task<Work> Done => _done.Task;

    /// <summary>The caller gets the answer, or a connection that is cut.</summary>
    public void LetGo(bool isLost = false) => _answered.TrySetResult(!isLost);

    /// <summary>It is done.</summary>
    internal void IsDone(DateTimeOffset begun, byte[] answer) => _done.TrySetResult(new Work(begun, answer));

    /// <summary>Waits to be let go, at most so long.</summary>
    /// <returns>Whether the caller is to get the answer.</returns>
    internal async Task<bool> LetGoAsync(TimeSpan most, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return await _answered.Task.WaitAsync(most, clock, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <param name="Begun">When the call came.</param>
    /// <param name="Answer">Its body.</param>
    internal sealed record Work(DateTimeOffset Begun, byte[] Answer);
}
