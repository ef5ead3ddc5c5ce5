using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>A durable engine with nothing else around it.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _disposed;

    private DurableHost(ServiceProvider services) => _services = services;

    public DurableEngine Engine => _services.GetRequiredService<DurableEngine>();

    public DurableTaskClient Client => _services.GetRequiredService<DurableTaskClient>();

    /// <summary>What the engine and orchestrators logged.</summary>
    public RecordingLogs Logs => _services.GetRequiredService<RecordingLogs>();

    public static async Task<DurableHost> StartAsync(
        string connectionString,
        Action<DurableRegistry> register,
        TimeProvider? time = null,
        Action<DurableOptions>? configure = null)
    {
        var registry = new DurableRegistry();
        register(registry);
        var logs = new RecordingLogs();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(logs))
            .AddSingleton(logs)
            .AddSingleton(time ?? TimeProvider.System)
            .AddDurableEngine(registry, options =>
            {
                options.ConnectionString = connectionString;
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
        var host = new DurableHost(services);
        try
        {
            await host.Engine.StartAsync(CancellationToken.None);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>Starts an orchestration and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string orchestrator, object? input = null, string? instanceId = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, new StartOrchestrationOptions(instanceId), CancellationToken.None);
        return await EndOfAsync(id);
    }

    /// <summary>Waits for the end of an orchestration, not for ever.</summary>
    public async Task<OrchestrationMetadata> EndOfAsync(string instanceId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, patience.Token);
    }

    // As a host does: what runs ends before the container does.
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        await Engine.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
