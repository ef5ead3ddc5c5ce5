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

    /// <summary>Done at once, and answered after a pause: what it causes overtakes its answer.</summary>
    SlowAnswer,

    /// <summary>Done at once, and answered when it is let go: <see cref="HeldAnswers"/>.</summary>
    HoldAnswer,

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
/// <param name="DelayMs">Milliseconds, for <see cref="FaultKind.Slow"/> and <see cref="FaultKind.SlowAnswer"/>.</param>
/// <param name="Mentions">Only calls that have this text in their path, query, idempotency key or body; null: every call.</param>
internal sealed record Fault(
    FaultKind Kind,
    string? Method = null,
    string Path = "*",
    int? Count = 1,
    int Status = 500,
    JsonElement? Body = null,
    int RetryAfter = 1,
    int DelayMs = 1000,
    string? Mentions = null)
{
    /// <summary>Whether method and path are those of the call.</summary>
    public bool Fits(string method, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && Glob.Matches(Path, path);
}

/// <summary>The faults that wait for their calls, in the order they were given.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _gate = new();
    private readonly MentionedOrders<Fault> _faults = new();
    private readonly Dictionary<string, int> _hits = new(StringComparer.Ordinal);
    private volatile bool _any;

    /// <summary>The faults still waiting.</summary>
    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_gate)
                return _faults.All;
        }
    }

    /// <summary>Adds one behind the others.</summary>
    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault, fault.Mentions);
            _any = true;
        }
    }

    /// <summary>How many calls went wrong by faults that were meant for calls with this text.</summary>
    public int Hits(string mentions)
    {
        lock (_gate)
            return _hits.GetValueOrDefault(mentions);
    }

    /// <summary>Drops those that were meant for calls with this text.</summary>
    public void Clear(string mentions)
    {
        lock (_gate)
        {
            _faults.Remove(mentions);
            _any = !_faults.IsEmpty;
        }
    }

    /// <summary>Whether what this call says decides if a fault is for it.</summary>
    public bool DependsOnText(string method, string path)
    {
        if (!_any)
            return false;
        lock (_gate)
            return _faults.AnyMentioned(fault => fault.Fits(method, path));
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
            _hits.Clear();
            _any = false;
        }
    }

    /// <summary>The fault for this call, counted as used; null: none.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path.</param>
    /// <param name="text">What the call says, where <see cref="DependsOnText"/>.</param>
    public Fault? Take(string method, string path, string text)
    {
        if (!_any)
            return null;
        lock (_gate)
        {
            if (_faults.First(text, f => f.Fits(method, path)) is not { } found)
                return null;
            var fault = found.Order;
            if (fault.Count is { } left)
            {
                if (left <= 1)
                    _faults.Remove(found);
                else
                    found.Order = fault with { Count = left - 1 };
            }

            if (fault.Mentions is { } mentioned)
                _hits[mentioned] = _hits.GetValueOrDefault(mentioned) + 1;
            _any = !_faults.IsEmpty;
            return fault;
        }
    }
}
