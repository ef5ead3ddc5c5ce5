using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The distributed trace of an invocation, in the form of W3C Trace Context.</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c> value; empty where nothing traces.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c> value; empty where there is none.</summary>
    public abstract string TraceState { get; }

    /// <summary>What the host adds to the trace.</summary>
    public virtual IReadOnlyDictionary<string, string> Attributes => ImmutableDictionary<string, string>.Empty;

    /// <summary>What the caller's trace carries along.</summary>
    public virtual IReadOnlyDictionary<string, string> Baggage => ImmutableDictionary<string, string>.Empty;
}
