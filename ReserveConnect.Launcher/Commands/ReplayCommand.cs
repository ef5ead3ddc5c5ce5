using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve replay</c>: the real bookings of a file, which start a system of their own.</summary>
internal static class ReplayCommand
{
    /// <summary>Passes the arguments on, and the output through.</summary>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        ForegroundChild.RunAsync("dotnet", [Assemblies.Of("ReserveConnect.Trials"), "replay", .. arguments], Timeout.InfiniteTimeSpan, cancellation);
}
