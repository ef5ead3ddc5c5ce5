namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>How the embedded server is started. Every bound has its default here.</summary>
/// <param name="DataFolder">Folder of the cluster, its password, port, lock and log; made if it does not exist.</param>
public sealed record PostgresOptions(string DataFolder)
{
    /// <summary>Settings of the server; see <see cref="PostgresSettings"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = PostgresSettings.Durable;

    /// <summary>Throw away what the folder holds; for tests and the demo.</summary>
    public bool StartEmpty { get; init; }

    /// <summary>Where lines for the operator go.</summary>
    public Action<string> Say { get; init; } = Console.WriteLine;

    /// <summary>How long fetching the server's package may take, once per version.</summary>
    public TimeSpan InstallPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long making a new cluster may take.</summary>
    public TimeSpan InitPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a start may take, with the recovery after an unclean stop.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a fast shutdown may take before SIGKILL.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(30);
}
