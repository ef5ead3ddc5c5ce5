using System.Threading.Channels;

namespace ReserveConnect.Events;

/// <summary>
/// Rung after a commit that appended events, so that the dispatcher looks at once instead of at its next round.
/// Ringing twice before it looked is ringing once.
/// </summary>
public sealed class EventBell
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Returns when rung, or when <paramref name="atMost"/> has passed on <paramref name="clock"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellation)
    {
        // The waiting itself is cancelled: one that was only left behind would take the next ring.
        using var patience = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _rung.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nobody rang: the dispatcher looks anyway, for events of another process.
        }
    }
}
