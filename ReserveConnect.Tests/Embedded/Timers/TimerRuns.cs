using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Timers;

/// <summary>A run of a timer's function, as the function saw it.</summary>
internal sealed record TimerRun(string Name, DateTime At, TimerInfo Info);

/// <summary>The runs of a host's timers, in the order in which they began.</summary>
internal sealed class TimerRuns(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Channel<TimerRun> _runs = Channel.CreateUnbounded<TimerRun>();

    public void Add(FunctionContext context, TimerInfo info) =>
        Assert.True(_runs.Writer.TryWrite(new TimerRun(context.FunctionDefinition.Name, time.GetUtcNow().UtcDateTime, info)));

    /// <summary>The next run, which may still have to come.</summary>
    public async Task<TimerRun> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _runs.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Whether a run has begun that nobody has read yet.</summary>
    public bool Any => _runs.Reader.TryPeek(out _);
}
