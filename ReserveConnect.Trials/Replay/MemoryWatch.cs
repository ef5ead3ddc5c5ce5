using System.Diagnostics;

namespace ReserveConnect.Trials.Replay;

/// <summary>What the process holds at a moment, functions and stand-ins together.</summary>
/// <param name="Percent">Of the rows, how many were begun.</param>
/// <param name="Resident">Bytes of memory.</param>
/// <param name="Live">Bytes of objects that are in use, after a collection.</param>
internal sealed record MemorySample(int Percent, long Resident, long Live);

/// <summary>Looks at the memory at each tenth of a run.</summary>
internal sealed class MemoryWatch(int rows)
{
    private const int Step = 10;

    private readonly List<MemorySample> _samples = [];
    private int _next;

    public IReadOnlyList<MemorySample> Samples => _samples;

    /// <summary>The most that was resident, bytes.</summary>
    public static long Peak
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }

    /// <summary>Takes a sample if it is time for one.</summary>
    /// <param name="begun">Rows that were begun so far.</param>
    public void Look(int begun)
    {
        var percent = (int)(100L * begun / rows);
        if (percent < _next)
            return;
        _next = ((percent / Step) + 1) * Step;
        // What is in use, not what has not been swept yet.
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        _samples.Add(new(percent, self.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false)));
    }
}
