using Npgsql;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>
/// A PostgreSQL server of the launcher's own, on the loopback interface only. It ends with the launcher, also when the
/// launcher is killed; what it stored is there at the next start, also when the server was killed.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    /// <summary>The server's one account.</summary>
    public const string Superuser = "postgres";

    // What a server that was killed leaves behind for the moment its children need to notice.
    private static readonly string[] PassingTroubles = ["pre-existing shared memory block", "lock file \"postmaster.pid\" already exists", "Address already in use"];
    private const int Attempts = 20;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(250);

    private readonly FileStream _lock;
    private readonly Child _server;

    private EmbeddedPostgres(PostgresFolder folder, FileStream folderLock, Child server)
    {
        _lock = folderLock;
        _server = server;
        DataFolder = folder.Path;
        ConnectionString = ConnectionStringOf(folder);
    }

    /// <summary>Where the data is: the folder asked for, or its substitute when root's own place is closed to the server's account.</summary>
    public string DataFolder { get; }

    /// <summary>How to reach the database <c>postgres</c> of this server as its superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _server.Id;

    /// <summary>The server's process, for supervision.</summary>
    internal Child Server => _server;

    /// <summary>Installs, initialises and starts what is missing, and returns once the server answers.</summary>
    /// <exception cref="DataFolderInUseException">A living launcher has the folder.</exception>
    /// <exception cref="LauncherException">The server does not start: with what it said.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(PostgresOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var account = Account.ForServer();
        var folder = await FolderOfAsync(options, account, cancellation);
        ReachableFolder.Create(folder.Path);
        var folderLock = FolderLock.Take(folder.Path);
        try
        {
            var binaries = await PostgresPackage.InstallAsync(
                await ReachableFolder.ForAsync(Path.Combine(Repository.Local, "postgres"), account, cancellation), options, cancellation);
            await StopOrphanAsync(folder, options, cancellation);
            if (options.StartEmpty)
                folder.DeleteCluster();
            await PostgresCluster.CreateAsync(folder, binaries, account, options, cancellation);
            var server = await StartServerAsync(folder, binaries, account, options, cancellation);
            return new EmbeddedPostgres(folder, folderLock, server);
        }
        catch
        {
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connection string of the server that another launcher runs on the folder, or null if none answers.</summary>
    public static async Task<string?> FindRunningAsync(PostgresOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = await FolderOfAsync(options, Account.ForServer(), cancellation);
        if (!folder.HasCluster || folder.Port is null || folder.RunningServer() is null)
            return null;
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionStringOf(folder));
            await connection.OpenAsync(cancellation);
            return ConnectionStringOf(folder);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Stops the server at once and in good order (fast shutdown), for a process that is about to exit and cannot await.</summary>
    public void StopNow()
    {
        _server.StopNow();
        _lock.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _lock.DisposeAsync();
    }

    private static async Task<PostgresFolder> FolderOfAsync(PostgresOptions options, Account account, CancellationToken cancellation)
    {
        var reachable = await ReachableFolder.ForAsync(options.DataFolder, account, cancellation);
        if (reachable != Path.GetFullPath(options.DataFolder))
            options.Say($"PostgreSQL runs as '{account.UserName}', which cannot enter {options.DataFolder}; its data is in {reachable}");
        return new PostgresFolder(reachable);
    }

    // The lock is ours, so whoever started this server is dead and did not take it along (no setpriv on the machine).
    private static async Task StopOrphanAsync(PostgresFolder folder, PostgresOptions options, CancellationToken cancellation)
    {
        if (folder.RunningServer() is not { } orphan)
        {
            if (folder.HasCluster)
                File.Delete(folder.PostmasterFile);
            return;
        }

        options.Say($"PostgreSQL: stopping process {orphan}, left over from a launcher that was killed");
        Signals.Send(orphan, StopSignal.Interrupt);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.StopPatience);
        while (folder.RunningServer() == orphan)
            await Task.Delay(BetweenAttempts, patience.Token);
    }

    private static async Task<Child> StartServerAsync(PostgresFolder folder, string binaries, Account account, PostgresOptions options, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = folder.Port is { } kept && FreePort.IsFree(kept) ? kept : FreePort.Choose();
            folder.Port = port;
            var settings = options.Settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]);
            var server = await Child.StartAsync(
                new ChildSpec("postgresql", Path.Combine(binaries, "bin", "postgres"), ["-D", folder.Cluster, "-p", $"{port}", .. settings])
                {
                    Account = account,
                    WorkingDirectory = folder.Path,
                    Stop = StopSignal.Interrupt,
                    StopPatience = options.StopPatience,
                },
                folder.Path);
            try
            {
                await server.WaitForLineAsync(line => line.Contains("ready to accept connections", StringComparison.Ordinal), options.StartPatience, cancellation);
                return server;
            }
            catch (Exception failure)
            {
                var passing = failure is LauncherException && attempt < Attempts
                    && server.LastLines.Any(line => PassingTroubles.Any(trouble => line.Contains(trouble, StringComparison.Ordinal)));
                await server.DisposeAsync();
                if (!passing)
                    throw;
                await Task.Delay(BetweenAttempts, cancellation);
            }
        }
    }

    private static string ConnectionStringOf(PostgresFolder folder) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = folder.Port ?? 0,
            Username = Superuser,
            Password = folder.Password(),
            Database = "postgres",
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            // Reconnecting is the pool's work; a statement that takes this long is stuck.
            CommandTimeout = 60,
        }.ConnectionString;
}
