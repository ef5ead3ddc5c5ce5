using ReserveConnect.Tests.Embedded.Hosting;

namespace ReserveConnect.Tests.ChildProcess;

/// <summary>The programs that a kill test can start as a child process, by name.</summary>
internal static class Scenarios
{
    /// <summary>Name on the command line, and what it runs with the remaining arguments.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string[], Task>> ByName =
        new Dictionary<string, Func<string[], Task>>(StringComparer.Ordinal)
        {
            [Launcher.PostgresScenario.Name] = Launcher.PostgresScenario.RunAsync,
            [Launcher.Azure.AzureStackScenario.Name] = Launcher.Azure.AzureStackScenario.RunAsync,
            [Launcher.StackScenario.Name] = Launcher.StackScenario.RunAsync,
            [Booking.MortalHost.Name] = Booking.MortalHost.RunAsync,
            [ListenScenario.Name] = ListenScenario.RunAsync,
            ["durable-ten-steps"] = Embedded.Durable.TenSteps.RunAsync,
            ["durable-throughput"] = Embedded.Durable.Throughput.RunAsync,
        };
}
