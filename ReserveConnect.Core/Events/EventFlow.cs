using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Events;

/// <summary>
/// Events under way. Each begins as soon as there is room, and none waits for the end of another; what has been handled is noted
/// together with all that ended while the last note was written.
/// </summary>
internal sealed class EventFlow : IAsyncDisposable
{
    private readonly EventQueue _queue;
    private readonly Func<StoredEvent, CancellationToken, Task> _handle;
    private readonly EventOptions _options;
    private readonly EventLanes _lanes;
    private readonly ILogger _log;
    private readonly int _most;
    private readonly SemaphoreSlim _room;
    private readonly Channel<Guid> _handled = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });
    private readonly Task _noting;

    /// <param name="queue">Where they come from.</param>
    /// <param name="handle">Hands one event to its handlers.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="lanes">Which events.</param>
    /// <param name="most">Events under way at once.</param>
    /// <param name="log">Where a note that failed is told.</param>
    public EventFlow(
        EventQueue queue, Func<StoredEvent, CancellationToken, Task> handle, IOptions<EventOptions> options, EventLanes lanes, int most, ILogger log)
    {
        (_queue, _handle, _options, _lanes, _most, _log) = (queue, handle, options.Value, lanes, most, log);
        _room = new(most, most);
        _noting = NoteAsync();
    }

    /// <summary>Waits for room and begins what waits, at most a batch.</summary>
    /// <returns>How many were begun, and whether more may wait.</returns>
    public async Task<(int Begun, bool MayHaveMore)> BeginAsync(CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation);
        var room = 1;
        IReadOnlyList<StoredEvent> taken = [];
        try
        {
            while (room < _options.BatchSize && _room.Wait(TimeSpan.Zero, CancellationToken.None))
            {
                room++;
            }

            cancellation.ThrowIfCancellationRequested();
            // Not to be cancelled half way: what is taken and not known to be taken would wait for the end of its lease.
            taken = await _queue.TakeAsync(_lanes, room, _options.Lease, CancellationToken.None);
        }
        finally
        {
            if (room > taken.Count)
            {
                _room.Release(room - taken.Count);
            }
        }

        foreach (var stored in taken)
        {
            _ = HandleAsync(stored, cancellation);
        }

        return (taken.Count, taken.Count == room);
    }

    /// <summary>Returns when all that were begun have ended and are noted.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var free = 0; free < _most; free++)
        {
            await _room.WaitAsync();
        }

        _handled.Writer.Complete();
        await _noting;
        _room.Dispose();
    }

    private async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        // Handlers of one event are no part of the turn that took them.
        await Task.Yield();
        try
        {
            await _handle(stored, cancellation);
        }
        catch (Exception e)
        {
            await FailAsync(stored, e, cancellation);
            _room.Release();
            return;
        }

        _handled.Writer.TryWrite(stored.Id);
    }

    // Its room is taken until this is noted.
    private async Task FailAsync(StoredEvent stored, Exception reason, CancellationToken cancellation)
    {
        try
        {
            if (reason is OperationCanceledException && cancellation.IsCancellationRequested)
            {
                // Nobody's fault: the host stops, and the next one has it at once.
                await _queue.GiveBackAsync([stored], TimeSpan.Zero, CancellationToken.None);
                return;
            }

            await _queue.MarkFailedAsync(stored, reason, CancellationToken.None);
        }
        catch (Exception e)
        {
            _log.LogError(e, "That event {EventId} failed could not be noted; it comes again when its lease is over", stored.Id);
        }
    }

    private async Task NoteAsync()
    {
        while (await _handled.Reader.WaitToReadAsync())
        {
            List<Guid> ids = [];
            while (_handled.Reader.TryRead(out var id))
            {
                ids.Add(id);
            }

            try
            {
                await _queue.MarkDoneAsync([.. ids], CancellationToken.None);
            }
            catch (Exception e)
            {
                _log.LogError(e, "That {Events} events were handled could not be noted; they come again when their lease is over", ids.Count);
            }

            _room.Release(ids.Count);
        }
    }
}
