using System.Globalization;
using ReserveConnect.Launcher.Demo;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary><c>./reserve demo</c>: the main job against a fresh start, told step by step.</summary>
internal static class DemoCommand
{
    /// <summary>0 only if every step came to what it should and all invariants hold.</summary>
    /// <exception cref="LauncherException">Something does not start, or a step fails.</exception>
    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellation)
    {
        var azure = RunCommand.Azure(line);
        line.End();
        Console.WriteLine($"starting PostgreSQL, the sandbox (Host Connect, Stripe, Mercado Pago, SendGrid) and the functions{(azure is null ? "" : " on the Azure Functions host")}, all empty");
        await using var stack = await Stack.StartAsync(Options() with { Azure = azure }, cancellation);
        Console.WriteLine($"ready: {stack.Functions}api/");
        var demo = DemoRun.RunAsync(stack, Console.Out, TimeProvider.System, cancellation);
        await stack.WhileRunningAsync(demo);
        return await demo;
    }

    /// <summary>A stack of its own that is thrown away, in which an agent has seconds to decide instead of half an hour.</summary>
    internal static StackOptions Options() =>
        new StackOptions(Path.Combine(Repository.Local, "demo"))
        {
            Fresh = true,
            LogFolder = Path.Combine(Repository.Local, "logs", "demo"),
            FunctionsSettings = new Dictionary<string, string?>
            {
                ["Reserve__Booking__HostFailureDecisionTime"] = RefusedBooking.DecisionTime.ToString("c", CultureInfo.InvariantCulture),
            },
        };
}
