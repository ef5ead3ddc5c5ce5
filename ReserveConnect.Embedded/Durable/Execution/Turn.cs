namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// The thread of one orchestration: its code runs only in turns, one at a time, and all that it awaits comes back to it here
/// in the order in which it became ready. A turn ends when nothing is ready.
/// </summary>
internal sealed class Turn(Action strayed) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];
    private int _thread;

    /// <summary>Whether the calling code is the orchestrator, in its turn.</summary>
    public bool IsCurrent => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs a piece of code and all that becomes ready through it.</summary>
    public void Run(Action code)
    {
        var before = Current;
        _thread = Environment.CurrentManagedThreadId;
        SetSynchronizationContext(this);
        try
        {
            code();
            while (_ready.TryDequeue(out var next))
                next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
            _thread = 0;
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        // Something that is not durable was awaited: it comes back on another thread, and would not come back on replay.
        if (IsCurrent)
            _ready.Enqueue((d, state));
        else
            strayed();
    }

    public override void Send(SendOrPostCallback d, object? state) => Post(d, state);

    public override SynchronizationContext CreateCopy() => this;
}
