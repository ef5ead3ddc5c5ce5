using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Tests.Launcher;

/// <summary>A launcher that runs a stack: prints <c>ready</c> with the children's process ids and serves until it is killed.</summary>
internal static class StackScenario
{
    public const string Name = "stack";

    public static StackOptions Options(string folder, string connectionString) =>
        new(Path.Combine(folder, "run"))
        {
            ConnectionString = connectionString,
            LogFolder = Path.Combine(folder, "logs"),
            Say = _ => { },
        };

    public static async Task RunAsync(string[] arguments)
    {
        await using var stack = await Stack.StartAsync(Options(arguments[0], arguments[1]) with { LoadCities = false });
        Console.WriteLine($"ready {string.Join(' ', stack.Children.Select(child => child.Id))}");
        await Task.Delay(Timeout.Infinite);
    }
}
