namespace ReserveConnect.Embedded.Durable.Execution;

/// <summary>
/// The bound on instances in memory. Starts and wake-ups wait for room; when they do, idle instances leave early. What an
/// instance in memory needs in order to go on (its child, its parent) is let in without.
/// </summary>
internal sealed class Room(DurableSession session) : IDisposable
{
    private readonly SemaphoreSlim _free = new(session.Options.MaxLoadedInstances);
    private int _waiting;

    public async Task EnterAsync(CancellationToken cancellation)
    {
        if (_free.Wait(0, CancellationToken.None))
            return;

        Interlocked.Increment(ref _waiting);
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Stopping);
            session.Directory.ParkIdle(TimeSpan.Zero);
            await _free.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (session.Stopping.IsCancellationRequested)
        {
            throw DurableEngineUnavailableException.Stopped();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Whether somebody waits for room.</summary>
    public bool IsWanted => Volatile.Read(ref _waiting) > 0;

    public void Leave() => _free.Release();

    /// <summary>An instance has nothing to do but wait: if somebody waits for room, it leaves now.</summary>
    public void FoundIdle(LoadedInstance instance)
    {
        if (IsWanted)
            ThreadPool.UnsafeQueueUserWorkItem(static idle => idle.ParkIfIdle(TimeSpan.Zero), instance, preferLocal: false);
    }

    public void Dispose() => _free.Dispose();
}
