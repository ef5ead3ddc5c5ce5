using System.Diagnostics;

namespace ReserveConnect.Benchmarks.Measuring;

/// <summary>Every latency that was measured; percentiles are exact, from the sorted values.</summary>
internal sealed class Latencies
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];
    private bool _sorted;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _milliseconds.Count;
        }
    }

    /// <summary>Adds the time since <paramref name="begun"/>, a <see cref="Stopwatch"/> time stamp.</summary>
    public void AddSince(long begun) => Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);

    /// <summary>Adds a latency in milliseconds.</summary>
    public void Add(double milliseconds)
    {
        lock (_lock)
        {
            _milliseconds.Add(milliseconds);
            _sorted = false;
        }
    }

    /// <summary>Adds those of another.</summary>
    public void Add(IEnumerable<double> milliseconds)
    {
        foreach (var latency in milliseconds)
            Add(latency);
    }

    /// <summary>The latency, in milliseconds, that a share (0 to 1) of all does not exceed; not a number when there is none.</summary>
    public double At(double share)
    {
        lock (_lock)
        {
            if (_milliseconds.Count == 0)
                return double.NaN;
            if (!_sorted)
                _milliseconds.Sort();
            _sorted = true;
            return _milliseconds[Math.Clamp((int)Math.Ceiling(share * _milliseconds.Count) - 1, 0, _milliseconds.Count - 1)];
        }
    }
}
