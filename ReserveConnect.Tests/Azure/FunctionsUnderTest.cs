using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Azure;
using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Hosts;

/// <summary>
/// The functions as the azure host has them, in this process: the official builder makes the services, the official
/// in-process Durable test host runs the orchestrations, and a stand-in of the bus brings the events. Requests go through the
/// worker's own web server, and every call of a function through its own pipeline; only what the Functions host says to its
/// worker over gRPC is said here by the tests.
/// </summary>
internal sealed class FunctionsUnderTest(IReadOnlyDictionary<string, string?> settings, TimeProvider clock) : IAsyncDisposable
{
    private readonly OfficialTaskHub _hub = new(clock);
    private IHost? _host;
    private IReadOnlyList<IHostedService> _loops = [];
    private FunctionsFront _front = null!;
    private LoopbackBus? _bus;

    public IServiceProvider Services => _host!.Services;

    /// <summary>Where the API answers.</summary>
    public Uri Address => _front.Address;

    public DurableTaskClient Durable => _hub.Client;

    /// <inheritdoc cref="OfficialTaskHub.StoryAsync"/>
    public Task<string> StoryAsync(string instanceId) => _hub.StoryAsync(instanceId);

    public async Task StartAsync()
    {
        _bus = new LoopbackBus();
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider, CapturedLog>();
        builder.Services.AddSingleton<ILoggerProvider, ScannedLog>();
        builder.Logging.AddFilter<CapturedLog>(null, LogLevel.Warning);
        _front = new();
        builder.Services.AddSingleton<IStartupFilter>(_front);
        builder.ConfigureFunctionsWebApplication();
        WorkerApplication.BeginWithoutHost(builder, typeof(ReserveConnectApp).Assembly);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Reserve:Events:DispatchInProcess"] = "false";
        ReserveConnectApp.Configure(builder);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<ServiceBusClient>(_bus);
        _host = builder.Build();
        Services.GetService<IStartupValidator>()?.Validate();

        var functions = await FunctionCalls.LoadAsync(Services, typeof(ReserveConnectApp).Assembly, () => _hub.Client);
        await _hub.StartAsync(functions);
        _bus.BringTo(message => functions.CallAsync("handle_event", message, CancellationToken.None));
        // The worker's own service would look for the host's process; ours run here.
        _loops = [.. Services.GetServices<IHostedService>().Where(s => s.GetType().Assembly.GetName().Name!.StartsWith("ReserveConnect", StringComparison.Ordinal))];
        foreach (var loop in _loops)
        {
            await loop.StartAsync(CancellationToken.None);
        }

        await _front.StartAsync(Services, functions);
    }

    public async Task StopAsync()
    {
        await _front.StopAsync();
        foreach (var loop in _loops.Reverse())
        {
            await loop.StopAsync(CancellationToken.None);
        }

        await _bus!.StopAsync();
        await _hub.StopWorkerAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }

        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
        }

        await _hub.DisposeAsync();
    }
}
