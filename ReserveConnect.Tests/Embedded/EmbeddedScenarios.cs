using ReserveConnect.Tests.Embedded.Hosting;
using ReserveConnect.Tests.Embedded.Kill;

namespace ReserveConnect.Tests.ChildProcess;

/// <summary>The embedded host is killed and started as a process of its own, by itself and by the launcher.</summary>
internal static partial class Scenarios
{
    static partial void AddOfHost(Dictionary<string, Func<string[], Task>> all)
    {
        all[Launcher.PostgresScenario.Name] = Launcher.PostgresScenario.RunAsync;
        all[Launcher.Azure.AzureStackScenario.Name] = Launcher.Azure.AzureStackScenario.RunAsync;
        all[Launcher.StackScenario.Name] = Launcher.StackScenario.RunAsync;
        all[MortalHost.Name] = MortalHost.RunAsync;
        all[ListenScenario.Name] = ListenScenario.RunAsync;
        all[Embedded.Http.BoundedScenario.Name] = Embedded.Http.BoundedScenario.RunAsync;
        all["durable-ten-steps"] = Embedded.Durable.TenSteps.RunAsync;
        all["durable-throughput"] = Embedded.Durable.Throughput.RunAsync;
    }
}
