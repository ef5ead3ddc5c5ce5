using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve bench</c>: the benchmarks, which start their own stacks.</summary>
internal static class BenchCommand
{
    /// <summary>Passes the arguments on, and the output through.</summary>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        ForegroundChild.RunAsync("dotnet", [Assemblies.Of("ReserveConnect.Benchmarks"), .. arguments], Timeout.InfiniteTimeSpan, cancellation);
}
