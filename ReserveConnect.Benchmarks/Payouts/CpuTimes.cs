using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>CPU that the parts of a stack have used so far.</summary>
/// <param name="PostgreSql">Null of a server that is the operator's own.</param>
internal sealed record CpuTimes(TimeSpan Functions, TimeSpan? PostgreSql, TimeSpan Sandbox)
{
    public static CpuTimes Of(Stack stack) =>
        new(
            ProcessFigures.CpuTime(stack.FunctionsProcessId),
            stack.PostgresProcessId is { } server ? ProcessFigures.CpuTimeWithChildren(server) : null,
            ProcessFigures.CpuTime(stack.SandboxProcessId));

    public static CpuTimes operator -(CpuTimes after, CpuTimes before) =>
        new(after.Functions - before.Functions, after.PostgreSql - before.PostgreSql, after.Sandbox - before.Sandbox);
}
