namespace ReserveConnect.Launcher.Azure;

/// <summary>What the Azure Functions host needs beside the rest of a stack. Every bound has its default here.</summary>
public sealed record AzureRunOptions
{
    /// <summary>An app that is published already, as the CI's artifact; null builds it from this checkout.</summary>
    public string? PublishedApp { get; init; }

    /// <summary>The Core Tools' program, found on PATH, or a full path.</summary>
    public string CoreTools { get; init; } = "func";

    /// <summary>
    /// Connection string of a Durable Task Scheduler or its emulator, or null: then orchestrations are kept in Azurite.
    /// By default what the environment says.
    /// </summary>
    public string? Scheduler { get; init; } = FromEnvironment("DURABLE_TASK_SCHEDULER_CONNECTION_STRING");

    /// <summary>
    /// Connection string of a Service Bus or its emulator, or null: then events are dispatched in process. By default
    /// what the environment says.
    /// </summary>
    public string? ServiceBus { get; init; } = FromEnvironment("ServiceBus");

    /// <summary>Name of the durable task hub; by default what the environment says.</summary>
    public string TaskHub { get; init; } = FromEnvironment("TASKHUB_NAME") ?? FuncChild.TaskHub;

    /// <summary>Where Azurite is installed, one folder per version.</summary>
    public string AzuriteFolder { get; init; } = Path.Combine(Repository.Local, "azurite");

    /// <summary>Where the app is built and published.</summary>
    public string BuildFolder { get; init; } = Path.Combine(Repository.Local, "azure");

    /// <summary>How long the Core Tools and npm may take to say their version.</summary>
    public TimeSpan VersionPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long fetching Azurite may take, once per version.</summary>
    public TimeSpan InstallPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long fetching the official packages may take, once per version.</summary>
    public TimeSpan RestorePatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long building and publishing the app may take.</summary>
    public TimeSpan BuildPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long Azurite may take until it answers.</summary>
    public TimeSpan AzuritePatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long Azurite may take to write what it keeps and stop.</summary>
    public TimeSpan AzuriteStopPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the Functions host and its worker may take until they say that they are ready.</summary>
    public TimeSpan FunctionsPatience { get; init; } = TimeSpan.FromMinutes(4);

    private static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? given : null;
}
