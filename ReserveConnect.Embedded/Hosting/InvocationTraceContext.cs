using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>The trace of the activity that an invocation runs in, or of the request's own header where nothing listens.</summary>
internal sealed class InvocationTraceContext(string traceParent, string traceState) : TraceContext
{
    public override string TraceParent { get; } = traceParent;

    public override string TraceState { get; } = traceState;

    public static InvocationTraceContext Current(HttpContext? httpContext) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? new InvocationTraceContext(activity.Id ?? "", activity.TraceStateString ?? "")
        : new InvocationTraceContext(
            httpContext?.Request.Headers.TraceParent.ToString() ?? "",
            httpContext?.Request.Headers.TraceState.ToString() ?? "");
}
