using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Faults;

/// <summary>What goes wrong with a call.</summary>
[JsonConverter(typeof(SnakeCaseEnum<FaultKind>))]
internal enum FaultKind
{
    /// <summary>Answered with a status (500 if none is given) and a body, nothing done.</summary>
    Status,

    /// <summary>Answered with 429 and <c>Retry-After</c>, nothing done.</summary>
    RateLimit,

    /// <summary>Done and answered, after a pause.</summary>
    Slow,

    /// <summary>Done, and never answered: the connection stays open until the caller gives up.</summary>
    TimeOutAfterWork,

    /// <summary>Done, and the connection is cut instead of an answer.</summary>
    CutAfterWork,

    /// <summary>The connection is cut, nothing done.</summary>
    CutBeforeWork,
}

/// <summary>An order for the next calls that fit.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Method">HTTP method; null: any.</param>
/// <param name="Path">Path with <c>*</c> for any characters.</param>
/// <param name="Count">For how many calls; null: for all from now on.</param>
/// <param name="Status">For <see cref="FaultKind.Status"/>.</param>
/// <param name="Body">JSON answered for <see cref="FaultKind.Status"/>; null: an error body as the provider writes it.</param>
/// <param name="RetryAfter">Seconds, for <see cref="FaultKind.RateLimit"/>.</param>
/// <param name="DelayMs">Milliseconds, for <see cref="FaultKind.Slow"/>.</param>
internal sealed record Fault(
    FaultKind Kind,
    string? Method = null,
    string Path = "*",
    int? Count = 1,
    int Status = 500,
    JsonElement? Body = null,
    int RetryAfter = 1,
    int DelayMs = 1000);

/// <summary>The faults that wait for their calls, in the order they were given.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private volatile bool _any;

    /// <summary>The faults still waiting.</summary>
    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_gate)
                return [.. _faults];
        }
    }

    /// <summary>Adds one behind the others.</summary>
    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
            _any = true;
        }
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
            _any = false;
        }
    }

    /// <summary>The fault for this call, counted as used; null: none.</summary>
    public Fault? Take(string method, string path)
    {
        if (!_any)
            return null;
        lock (_gate)
        {
            var index = _faults.FindIndex(f =>
                (f.Method is null || f.Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && Glob.Matches(f.Path, path));
            if (index < 0)
                return null;
            var fault = _faults[index];
            if (fault.Count is { } left)
            {
                if (left <= 1)
                    _faults.RemoveAt(index);
                else
                    _faults[index] = fault with { Count = left - 1 };
            }

            _any = _faults.Count > 0;
            return fault;
        }
    }
}
