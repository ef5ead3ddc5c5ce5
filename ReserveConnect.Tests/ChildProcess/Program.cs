namespace ReserveConnect.Tests.ChildProcess;

/// <summary>
/// Entry point of the test assembly when it is started as a process of its own: kill tests run a scenario by name
/// in a child that can be ended with SIGKILL. The test runner does not come through here.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var name = args.Length > 0 ? args[0] : "";
        if (!Scenarios.ByName.TryGetValue(name, out var scenario))
        {
            await Console.Error.WriteLineAsync($"no scenario '{name}'; known: {string.Join(", ", Scenarios.ByName.Keys)}");
            return 2;
        }

        await scenario(args[1..]);
        return 0;
    }
}
