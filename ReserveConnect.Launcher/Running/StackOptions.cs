using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.PostgreSql;

namespace ReserveConnect.Launcher.Running;

/// <summary>What a stack is made of. Every bound has its default here.</summary>
/// <param name="Folder">Where it keeps its database, sandbox state, secrets and ports.</param>
public sealed record StackOptions(string Folder)
{
    /// <summary>A connection string of the operator's, or null for the embedded server.</summary>
    public string? ConnectionString { get; init; } = DatabaseServer.Configured;

    /// <summary>Start with an empty database and remove everything at the end; for the demo and the benchmarks.</summary>
    public bool Fresh { get; init; }

    /// <summary>Settings of the embedded server.</summary>
    public IReadOnlyDictionary<string, string> PostgresSettings { get; init; } = PostgreSql.PostgresSettings.Durable;

    /// <summary>The port of the functions, or null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Folder with <c>{city}-listings.csv[.gz]</c> and <c>{city}-calendar.csv[.gz]</c>; null is the sample city.</summary>
    public string? CityFolder { get; init; }

    /// <summary>Load the cities before the start returns; the benchmarks time that themselves.</summary>
    public bool LoadCities { get; init; } = true;

    /// <summary>Added to the real time by sandbox and functions alike.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Run the functions on the Azure Functions host, with Azurite beside it; null is the embedded host.</summary>
    public AzureRunOptions? Azure { get; init; }

    /// <summary>Further settings of the functions, <c>Reserve__X__Y</c>.</summary>
    public IReadOnlyDictionary<string, string?> FunctionsSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Further settings of the sandbox, <c>Sandbox__X__Y</c>.</summary>
    public IReadOnlyDictionary<string, string?> SandboxSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where the children's logs go.</summary>
    public string LogFolder { get; init; } = Path.Combine(Repository.Local, "logs");

    /// <summary>Where lines for the operator go.</summary>
    public Action<string> Say { get; init; } = Console.WriteLine;

    /// <summary>How long the sandbox may take to load its cities and replay its state.</summary>
    public TimeSpan SandboxPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the functions may take until they say that they are ready.</summary>
    public TimeSpan FunctionsPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the first load of the cities may take.</summary>
    public TimeSpan SyncPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the sandbox may take to stop.</summary>
    public TimeSpan SandboxStopPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the functions may take to stop: longer than their own bound, which ends what is under way.</summary>
    public TimeSpan FunctionsStopPatience { get; init; } = TimeSpan.FromSeconds(65);
}
