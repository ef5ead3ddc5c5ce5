using System.Threading.Channels;
using Npgsql;

namespace ReserveConnect.Embedded.Durable.Journal;

/// <summary>When a test may strike the process down.</summary>
internal enum CommitMoment
{
    Before,
    After,
}

/// <summary>
/// The one task that writes. While one transaction is on its way, the next gathers: the more there is to write, the more
/// goes into one commit. Writes become durable in the order in which they were handed in.
/// </summary>
internal sealed class JournalWriter(NpgsqlConnection connection, DurableOptions options, long start, Action<Exception> lost)
{
    private readonly Channel<JournalWrite> _queue = Channel.CreateUnbounded<JournalWrite>(new() { SingleReader = true });
    private readonly JournalBatch _batch = new(connection, options.Schema, NumbersOfStart(start));
    private Task _loop = Task.CompletedTask;
    private Exception? _lost;
    private int _unwritten;

    /// <summary>The first number of a start: above all numbers of earlier starts.</summary>
    public static long NumbersOfStart(long start) => start << 40;

    public long Commits { get; private set; }

    /// <summary>Writes handed in whose outcome has not been told.</summary>
    public int Unwritten => Volatile.Read(ref _unwritten);

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Hands a write in; its outcome is told through the write.</summary>
    public void Enqueue(JournalWrite write)
    {
        Interlocked.Increment(ref _unwritten);
        if (!_queue.Writer.TryWrite(write))
            Resolve(write, _lost ?? DurableEngineUnavailableException.Stopped());
    }

    /// <summary>Writes what has been handed in, then ends.</summary>
    public async Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var writes = new List<JournalWrite>();
        try
        {
            for (var commit = 1; await _queue.Reader.WaitToReadAsync(); commit++)
            {
                writes.Clear();
                while (writes.Count < options.MaxWritesPerCommit && _queue.Reader.TryRead(out var write))
                    writes.Add(write);

                options.AtCommit?.Invoke(CommitMoment.Before, commit);
                await _batch.CommitAsync(writes);
                options.AtCommit?.Invoke(CommitMoment.After, commit);
                Commits++;
                foreach (var write in writes)
                    Resolve(write, null);
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, what is in memory may be ahead of the journal now: this run of the engine is over.
            Fail(writes, new DurableEngineUnavailableException("the journal could not be written", exception));
        }
    }

    private void Resolve(JournalWrite write, Exception? lost)
    {
        write.Resolve(lost);
        Interlocked.Decrement(ref _unwritten);
    }

    private void Fail(List<JournalWrite> writes, DurableEngineUnavailableException exception)
    {
        _lost = exception;
        _queue.Writer.TryComplete();
        foreach (var write in writes)
            Resolve(write, exception);

        while (_queue.Reader.TryRead(out var write))
            Resolve(write, exception);

        lost(exception);
    }
}
