using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Embedded.Http;
using ReserveConnect.Functions;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Sandbox;
using ReserveConnect.Sandbox.Hosting;

namespace ReserveConnect.Trials.World;

/// <summary>What a world is made of.</summary>
/// <param name="ConnectionString">An empty, migrated database as its owner.</param>
/// <param name="AppConnectionString">The same as the app's own login.</param>
/// <param name="Folder">Where the city's files go.</param>
/// <param name="City">What its Host sells.</param>
internal sealed record WorldOptions(string ConnectionString, string AppConnectionString, string Folder, WorldCity City)
{
    /// <summary>Who else reads the logs of the functions.</summary>
    public IReadOnlyList<ILoggerProvider> Logs { get; init; } = [];

    /// <summary>Settings of the functions that differ from the trials'.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>UTC instant at which its clock begins; null: now.</summary>
    public DateTimeOffset? Begins { get; init; }

    /// <summary>What the stand-ins remember.</summary>
    public StateOptions SandboxState { get; init; } = new();

    /// <summary>Which of Stripe's events are sent; empty: all.</summary>
    public IReadOnlyList<string> StripeEvents { get; init; } = [];

    /// <summary>How long the first load of the city may take.</summary>
    public TimeSpan LoadPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestPatience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// The whole system in this process: the functions on the embedded host, the stand-ins of the systems outside, a real
/// PostgreSQL, real HTTP on the loopback between them, and one clock for all that only moves on when it is told to, or by itself.
/// </summary>
internal sealed class TrialWorld : IAsyncDisposable
{
    private const int Connections = 128;
    private const int RecordConnections = 3;
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly SandboxServers _sandbox;
    private readonly IHost _host;
    private long _requests;

    private TrialWorld(WorldOptions options, ShiftedClock clock, SandboxServers sandbox, IHost host, Complaints complaints)
    {
        (Options, Clock, _sandbox, _host, Complaints) = (options, clock, sandbox, host, complaints);
        Engine = host.Services.GetRequiredService<DurableEngine>();
        Api = Client(host.Services.GetRequiredService<EmbeddedHttpServer>().Address, null);
        Stripe = Client(sandbox.Stripe, "pk_test_sandbox");
        MercadoPago = Client(sandbox.MercadoPago, null);
        HostConnect = Client(sandbox.HostConnect, null);
        Records = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxPoolSize = RecordConnections });
        Agent = new TrialAgent(this, "agent");
    }

    public WorldOptions Options { get; }

    public string ConnectionString => Options.ConnectionString;

    /// <summary>The clock of all of it.</summary>
    public ShiftedClock Clock { get; }

    public Complaints Complaints { get; }

    /// <summary>What runs the sagas.</summary>
    public DurableEngine Engine { get; }

    /// <summary>The public API.</summary>
    public HttpClient Api { get; }

    /// <summary>Stripe as a guest's browser sees it, and its control API.</summary>
    public HttpClient Stripe { get; }

    public HttpClient MercadoPago { get; }

    public HttpClient HostConnect { get; }

    /// <summary>Stripe from the inside: what its calls and webhooks meet.</summary>
    public StandIn StripeStandIn => _sandbox.StripeStandIn;

    /// <inheritdoc cref="StripeStandIn"/>
    public StandIn MercadoPagoStandIn => _sandbox.MercadoPagoStandIn;

    /// <inheritdoc cref="StripeStandIn"/>
    public StandIn HostConnectStandIn => _sandbox.HostConnectStandIn;

    /// <summary>Those whose calls may go wrong.</summary>
    public IReadOnlyList<StandIn> StandIns => [HostConnectStandIn, StripeStandIn, MercadoPagoStandIn];

    /// <summary>What the functions are made of.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Requests that were sent so far by whoever acts in this world: not the functions' own, nor webhooks.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Webhooks that are being delivered now.</summary>
    public int WebhooksUnderWay => _sandbox.WebhooksUnderWay;

    /// <summary>Webhooks that wait for an instant.</summary>
    public int WebhooksDelayed => _sandbox.WebhooksDelayed;

    /// <summary>Where what guests are told elsewhere is looked up, as the owner; few connections, because each costs more than what it asks.</summary>
    public NpgsqlDataSource Records { get; }

    /// <summary>Who acts for guests.</summary>
    public TrialAgent Agent { get; }

    /// <summary>Nights for trials.</summary>
    public Nights Nights { get; private set; } = null!;

    /// <summary>Starts everything and loads the city.</summary>
    public static async Task<TrialWorld> StartAsync(WorldOptions options, CancellationToken cancellation)
    {
        var folder = Path.Combine(options.Folder, "city");
        Directory.CreateDirectory(folder);
        await options.City.WriteAsync(folder, cancellation);
        await CityRegistration.RegisterAsync(options.ConnectionString, folder, cancellation);
        var clock = options.Begins is { } begins ? ShiftedClock.At(begins) : new ShiftedClock();
        var sandbox = await SandboxServers.StartAsync(SandboxOptions(options, folder), clock, cancellation);
        IHost? host = null;
        try
        {
            var complaints = new Complaints();
            host = await StartHostAsync(options, sandbox, clock, complaints, cancellation);
            var world = new TrialWorld(options, clock, sandbox, host, complaints);
            await world.OpenAsync(cancellation);
            return world;
        }
        catch
        {
            if (host is not null)
                await ((IAsyncDisposable)host).DisposeAsync();
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a job of the operator, as its timer would.</summary>
    public async Task RunJobAsync(string name, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/admin/jobs/{name}");
        request.Headers.Add("X-Operator-Key", TrialSettings.OperatorKey);
        using var answer = await Api.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"job {name}: HTTP {(int)answer.StatusCode}");
    }

    /// <summary>Forgets what was ordered for calls and webhooks of the systems outside, and lets go what is held back.</summary>
    public void ForgetTrouble()
    {
        foreach (var standIn in StandIns)
        {
            standIn.Faults.Clear();
            standIn.Held.Clear();
            standIn.Webhooks.Rules.Clear();
            standIn.Webhooks.Unwatch();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in (HttpClient[])[Api, Stripe, MercadoPago, HostConnect])
            client.Dispose();
        await Records.DisposeAsync();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    private static SandboxOptions SandboxOptions(WorldOptions options, string folder) => new()
    {
        // Its own bookings need not be told back: no trial is about them.
        HostConnect = new() { Url = "http://127.0.0.1:0", AnnounceOwnBookings = false },
        Stripe = new() { Url = "http://127.0.0.1:0", EnabledEvents = options.StripeEvents },
        MercadoPago = new() { Url = "http://127.0.0.1:0" },
        SendGrid = new() { Url = "http://127.0.0.1:0" },
        City = new() { Directory = folder, NightsAhead = options.City.NightsAhead },
        State = options.SandboxState,
    };

    private static async Task<IHost> StartHostAsync(
        WorldOptions options, SandboxServers sandbox, TimeProvider clock, Complaints complaints, CancellationToken cancellation)
    {
        var settings = TrialSettings.For(sandbox, options.AppConnectionString);
        foreach (var (name, value) in options.Settings)
            settings[name] = value;
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(complaints);
        foreach (var log in options.Logs)
            builder.Services.AddSingleton(log);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(settings);
        ReserveConnectApp.Configure(builder);
        builder.Services.AddSingleton(clock);
        builder.Services.AddFunctionAssembly(typeof(ReserveConnectApp).Assembly);
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return host;
    }

    private HttpClient Client(Uri address, string? key) =>
        new(new Counted(this, new() { MaxConnectionsPerServer = Connections, UseCookies = false, UseProxy = false }))
        {
            BaseAddress = address,
            Timeout = Options.RequestPatience,
            DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
        };

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var api = Api.BaseAddress!;
        _sandbox.SendWebhooksTo(new(api, "/api/webhooks/host"), new(api, "/api/webhooks/stripe"), new(api, "/api/webhooks/mercadopago"));
        await RunJobAsync("sync_city", cancellation);
        var begun = TimeProvider.System.GetTimestamp();
        while (!await IsLoadedAsync(cancellation))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Options.LoadPatience)
                throw new LauncherException("the city of the trials is not loaded");
            await Task.Delay(_betweenLooks, TimeProvider.System, cancellation);
        }

        Nights = await Nights.ReadAsync(ConnectionString);
    }

    private async Task<bool> IsLoadedAsync(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM reserve.sync_jobs WHERE job_type = 'availability_sync' AND status = 'completed'", connection);
        return await command.ExecuteScalarAsync(cancellation) is > 0L;
    }

    private sealed class Counted(TrialWorld world, SocketsHttpHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref world._requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
