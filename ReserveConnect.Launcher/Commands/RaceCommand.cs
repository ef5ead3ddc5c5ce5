using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve race</c>: the races of money and rooms, which start a system of their own.</summary>
internal static class RaceCommand
{
    /// <summary>Passes the arguments on, and the output through.</summary>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellation) =>
        ForegroundChild.RunAsync("dotnet", [Assemblies.Of("ReserveConnect.Trials"), "race", .. arguments], Timeout.InfiniteTimeSpan, cancellation);
}
