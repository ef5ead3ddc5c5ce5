using System.Globalization;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Azure;

/// <summary>The Azure Functions host as a child: <c>func start</c> in the published app, as the official SDK's <c>dotnet run</c> does it.</summary>
internal static class FuncChild
{
    /// <summary>The durable task hub unless the environment names another; the scheduler's emulator has one of this name.</summary>
    public const string TaskHub = "default";

    // Takes events from the Service Bus.
    private const string WithBus = "handle_event";

    // The timer that dispatches them without one.
    private const string WithoutBus = "dispatch_events";

    /// <summary>How to start it, with all of its configuration as environment variables.</summary>
    public static ChildSpec Spec(StackOptions options, AzureRunOptions azure, AzureParts parts, StackPorts ports, AzuritePorts azurite, IReadOnlyDictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(settings)
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT"] = "1",
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["TASKHUB_NAME"] = azure.TaskHub,
        };
        Orchestrations(environment, azure);
        Events(environment, azure);
        foreach (var (name, value) in options.FunctionsSettings)
            environment[name] = value;
        return new ChildSpec(
            "functions",
            parts.Func,
            "start", "--no-build", "--address", "127.0.0.1", "--port", ports.Functions.ToString(CultureInfo.InvariantCulture))
        {
            Environment = environment,
            WorkingDirectory = parts.App,
            StopPatience = options.FunctionsStopPatience,
            EndsDescendants = true,
        };
    }

    private static void Orchestrations(Dictionary<string, string?> environment, AzureRunOptions azure)
    {
        const string Provider = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";
        if (azure.Scheduler is { } scheduler)
        {
            environment["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"] = scheduler;
            return;
        }

        environment[Provider + "type"] = "AzureStorage";
        environment[Provider + "connectionName"] = "AzureWebJobsStorage";
        // Its old name, which host.json uses for the scheduler; left as it is there, it would win and be opened as a storage.
        environment[Provider + "connectionStringName"] = "AzureWebJobsStorage";
    }

    private static void Events(Dictionary<string, string?> environment, AzureRunOptions azure)
    {
        environment["Reserve__Events__DispatchInProcess"] = azure.ServiceBus is null ? "true" : "false";
        environment[$"AzureWebJobs.{(azure.ServiceBus is null ? WithBus : WithoutBus)}.Disabled"] = "true";
        if (azure.ServiceBus is { } serviceBus)
            environment["ServiceBus"] = serviceBus;
    }
}
