using ReserveConnect.Database;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Running;

/// <summary>
/// Everything that a running system consists of, started in order and stopped in the reverse order: PostgreSQL with
/// the migrations applied, the sandbox, Azurite if the Azure Functions host is asked for, the functions. Nothing of it outlives this process.
/// </summary>
public sealed class Stack : IAsyncDisposable
{
    // A connection that breaks is seen a moment before the end of the process that broke it.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    // A port that was free when it was chosen may be taken when its server listens; losing that race more often is no chance.
    private const int MostPortChoices = 5;
    private static readonly string[] LostPort = ["address already in use", "the port is in use"];

    private readonly StackOptions _options;
    private readonly FileStream _lock;
    private readonly DatabaseServer _server;
    private readonly string? _dropAtEnd;
    private readonly List<Child> _children = [];

    private Stack(StackOptions options, FileStream folderLock, DatabaseServer server, string? dropAtEnd, string connectionString, string functionsConnectionString, StackPorts ports, StackSecrets secrets)
    {
        _options = options;
        _lock = folderLock;
        _server = server;
        _dropAtEnd = dropAtEnd;
        ConnectionString = connectionString;
        FunctionsConnectionString = functionsConnectionString;
        Ports = ports;
        Secrets = secrets;
    }

    /// <summary>The product's database, as its owner, who sees everything.</summary>
    public string ConnectionString { get; }

    /// <summary>The product's database as the functions' login, which has nothing of its own.</summary>
    public string FunctionsConnectionString { get; }

    /// <summary>Where the functions listen; routes stand under <c>api/</c>.</summary>
    public Uri Functions => At(Ports.Functions);

    /// <summary>Where the Host's stand-in listens.</summary>
    public Uri HostConnect => At(Ports.HostConnect);

    /// <summary>Where Stripe's stand-in listens.</summary>
    public Uri Stripe => At(Ports.Stripe);

    /// <summary>Where Mercado Pago's stand-in listens.</summary>
    public Uri MercadoPago => At(Ports.MercadoPago);

    /// <summary>Where SendGrid's stand-in listens.</summary>
    public Uri SendGrid => At(Ports.SendGrid);

    /// <summary>Where Azurite's blobs are, or null on the embedded host.</summary>
    public Uri? Storage { get; private set; }

    /// <summary>The keys that sandbox and functions share.</summary>
    public StackSecrets Secrets { get; }

    /// <summary>Completes when the first child ends, which none does by itself.</summary>
    public Task<Child> FirstEnd { get; private set; } = Task.FromCanceled<Child>(new CancellationToken(true));

    /// <summary>Process id of the functions' host, whose memory the benchmarks watch.</summary>
    public int FunctionsProcessId => _children.Single(child => child.Name == "functions").Id;

    /// <summary>Process id of the sandbox.</summary>
    public int SandboxProcessId => _children.Single(child => child.Name == "sandbox").Id;

    /// <summary>Process id of the embedded server, or null for one of the operator's.</summary>
    public int? PostgresProcessId => _server.Embedded?.Server.Id;

    /// <summary>The children in the order they were started, PostgreSQL aside.</summary>
    internal IReadOnlyList<Child> Children => _children;

    private StackPorts Ports { get; set; }

    /// <summary>Starts everything; when it returns, the functions are ready and the cities are loaded.</summary>
    /// <exception cref="LauncherException">Something does not start: with the reason on its first line.</exception>
    public static async Task<Stack> StartAsync(StackOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Folder);
        var folderLock = FolderLock.Take(options.Folder);
        DatabaseServer? server = null;
        Stack? stack = null;
        try
        {
            if (options.Fresh)
                Clear(options.Folder);

            // Before anything is started, so that a port in use is said at once.
            var ports = ChoosePorts(options);
            var parts = options.Azure is { } azure ? await AzureParts.PrepareAsync(azure, options.Say, cancellation) : null;
            server = await DatabaseServer.StartAsync(
                options.ConnectionString,
                new PostgresOptions(Path.Combine(options.Folder, "postgres")) { Settings = options.PostgresSettings, StartEmpty = options.Fresh, Say = options.Say },
                cancellation);
            var (connectionString, dropAtEnd) = await DatabaseAsync(server, options, cancellation);
            await DatabaseRoles.EnsureAsync(connectionString, null, cancellation);
            await Migrations.ApplyAsync(connectionString, cancellation);
            var secrets = StackSecrets.LoadOrCreate(Path.Combine(options.Folder, "secrets.json"));
            var functions = await AppLogin.PrepareAsync(connectionString, secrets.DatabasePassword, cancellation);
            stack = new Stack(options, folderLock, server, dropAtEnd, connectionString, functions, ports, secrets);
            await stack.StartChildrenAsync(parts, cancellation);
            return stack;
        }
        catch
        {
            if (stack is not null)
                await stack.DisposeAsync();
            else if (server is not null)
                await server.DisposeAsync();
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads every city that has not been loaded yet through the Host's API.</summary>
    /// <exception cref="LauncherException">A job fails, or it takes longer than <see cref="StackOptions.SyncPatience"/>.</exception>
    public Task LoadCitiesAsync(CancellationToken cancellation = default) => WhileRunningAsync(FirstSync.RunAsync(this, _options, cancellation));

    /// <summary>Waits for <paramref name="work"/>, which needs every child.</summary>
    /// <exception cref="LauncherException">A child ended first: which, and its last lines.</exception>
    internal async Task WhileRunningAsync(Task work)
    {
        await Task.WhenAny(work, FirstEnd);
        if (work.IsFaulted)
            await Task.WhenAny(FirstEnd, Task.Delay(EndPatience));

        // What the work says about a child that has gone is less than the child's own last lines.
        if (FirstEnd.IsCompletedSuccessfully && !work.IsCompletedSuccessfully)
        {
            var child = await FirstEnd;
            throw new LauncherException(child.Report($"ended with exit code {await child.Exited}"));
        }

        await work;
    }

    /// <summary>Stops the functions, then Azurite, then the sandbox, then PostgreSQL, each in good order within its bound.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndChildrenAsync();
        if (_dropAtEnd is not null)
            await _server.DropAsync(_dropAtEnd);
        await _server.DisposeAsync();
        if (_options.Fresh)
        {
            Remove(_server.Embedded?.DataFolder);
            Remove(_options.Folder);
        }

        await _lock.DisposeAsync();
    }

    private async Task EndChildrenAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
            await child.DisposeAsync();
        _children.Clear();
    }

    private async Task StartChildrenAsync(AzureParts? azure, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartServersAsync(azure, cancellation);
                break;
            }
            catch (LauncherException) when (attempt < MostPortChoices && _children.Any(LostItsPort))
            {
                // All of them again: each is told the addresses of the others.
                await EndChildrenAsync();
                Ports = ChoosePorts(_options);
            }
        }

        FirstEnd = FirstEndAsync();
        if (_options.LoadCities)
            await LoadCitiesAsync(cancellation);
    }

    private async Task StartServersAsync(AzureParts? azure, CancellationToken cancellation)
    {
        var sandbox = await StartAsync(SandboxChild.Spec(_options, Ports, Secrets));
        await sandbox.WaitForLineAsync(SandboxChild.IsReady, _options.SandboxPatience, cancellation);
        await CityRegistration.RegisterAsync(ConnectionString, _options.CityFolder, cancellation);
        var settings = FunctionsChild.Settings(_options, Ports, Secrets, FunctionsConnectionString);
        if (azure is null)
        {
            var functions = await StartAsync(FunctionsChild.Spec(_options, Ports, settings));
            await FunctionsChild.UntilReadyAsync(functions, Functions, _options.FunctionsPatience, cancellation);
        }
        else
        {
            await StartAzureAsync(azure, _options.Azure!, settings, cancellation);
        }
    }

    private static StackPorts ChoosePorts(StackOptions options) => StackPorts.Choose(Path.Combine(options.Folder, "ports.json"), options.Port);

    private static bool LostItsPort(Child child) =>
        child.Exited.IsCompleted && child.LastLines.Any(line => LostPort.Any(words => line.Contains(words, StringComparison.OrdinalIgnoreCase)));

    private async Task StartAzureAsync(AzureParts parts, AzureRunOptions azure, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation)
    {
        var ports = AzuritePorts.Choose(Path.Combine(_options.Folder, "azurite-ports.json"));
        var azurite = await StartAsync(AzuriteChild.Spec(parts.Azurite, Path.Combine(_options.Folder, "azurite"), ports, azure));
        await AzuriteChild.UntilReadyAsync(azurite, ports, azure.AzuritePatience, cancellation);
        Storage = ports.BlobEndpoint;
        var functions = await StartAsync(FuncChild.Spec(_options, azure, parts, Ports, ports, settings));
        await FunctionsChild.UntilReadyAsync(functions, Functions, azure.FunctionsPatience, cancellation);
    }

    private async Task<Child> StartAsync(ChildSpec spec)
    {
        var child = await Child.StartAsync(spec, _options.LogFolder);
        _children.Add(child);
        return child;
    }

    private async Task<Child> FirstEndAsync()
    {
        var processes = _server.Embedded is { } embedded ? [.. _children, embedded.Server] : _children.ToArray();
        var ended = await Task.WhenAny(processes.Select(child => child.Exited));
        return processes.First(child => child.Exited == ended);
    }

    private static async Task<(string ConnectionString, string? DropAtEnd)> DatabaseAsync(DatabaseServer server, StackOptions options, CancellationToken cancellation)
    {
        if (server.Embedded is not null)
            return (await server.DatabaseAsync(DatabaseServer.ProductDatabase, cancellation), null);
        if (!options.Fresh)
            return (server.Maintenance, null);
        var name = $"{DatabaseServer.ProductDatabase}_{Guid.CreateVersion7():N}";
        return (await server.DatabaseAsync(name, cancellation), name);
    }

    // What a fresh stack that was killed has left.
    private static void Clear(string folder)
    {
        foreach (var kept in (string[])["secrets.json", "ports.json", "azurite-ports.json"])
            File.Delete(Path.Combine(folder, kept));
        Remove(Path.Combine(folder, "sandbox"));
        Remove(Path.Combine(folder, "azurite"));
    }

    private static void Remove(string? folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static Uri At(int port) => new($"http://127.0.0.1:{port}/");
}
