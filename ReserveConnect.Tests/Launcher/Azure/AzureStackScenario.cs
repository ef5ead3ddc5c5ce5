using System.Runtime.InteropServices;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Tests.Launcher.Azure;

/// <summary>
/// A launcher that runs a stack on the Azure Functions host: prints <c>ready</c> with the children's process ids, stops
/// them in order on SIGTERM and prints their names as they end.
/// </summary>
internal static class AzureStackScenario
{
    public const string Name = "azure-stack";

    public static async Task RunAsync(string[] arguments)
    {
        var stop = new TaskCompletionSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });
        var options = StackScenario.Options(arguments[0], arguments[1]) with
        {
            LoadCities = false,
            Azure = new AzureRunOptions { PublishedApp = arguments[2], Scheduler = null, ServiceBus = null },
        };
        await using var stack = await Stack.StartAsync(options);
        foreach (var child in stack.Children)
            _ = child.Exited.ContinueWith(_ => Console.WriteLine($"ended {child.Name}"), TaskContinuationOptions.ExecuteSynchronously);
        Console.WriteLine($"ready {stack.Functions} {stack.Storage} {string.Join(' ', stack.Children.Select(child => child.Id))}");
        await stop.Task;
    }
}
