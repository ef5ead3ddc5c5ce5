using System.Reflection;
using DurableTask.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Tests.Azure;

/// <summary>
/// The official in-process Durable test host, put together from its public parts so that its timers go by the tests'
/// clock: in-memory orchestration service, gRPC sidecar, and the official gRPC worker and client.
/// </summary>
internal sealed class OfficialTaskHub(TimeProvider clock) : IAsyncDisposable
{
    private WebApplication? _sidecar;
    private GrpcChannel? _channel;
    private IHost? _worker;

    /// <summary>The official client.</summary>
    public DurableTaskClient Client => _worker!.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>What an orchestration has done: the answers of its activities, and what it has come to.</summary>
    public async Task<string> StoryAsync(string instanceId)
    {
        var orchestrations = _sidecar!.Services.GetRequiredService<IOrchestrationService>();
        var instance = await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true);
        return string.Join('\n', TimersByClock.Results(orchestrations, instanceId).Append($"{instance}"));
    }

    /// <summary>Starts a worker with the functions of the application; the hub and what it holds stay over restarts of it.</summary>
    public async Task StartAsync(FunctionCalls functions)
    {
        if (_sidecar is null)
        {
            _sidecar = Sidecar();
            await _sidecar.StartAsync();
            _channel = GrpcChannel.ForAddress(_sidecar.Urls.Single());
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(_channel!);
            worker.AddTasks(tasks => DurableFunctions.Register(tasks, functions));
        });
        builder.Services.AddDurableTaskClient(client =>
        {
            client.UseGrpc(_channel!);
            client.RegisterDirectly();
        });
        _worker = builder.Build();
        await _worker.StartAsync();
    }

    public async Task StopWorkerAsync()
    {
        await _worker!.StopAsync();
        _worker.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
        {
            await _channel.ShutdownAsync();
            _channel.Dispose();
        }

        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }
    }

    private WebApplication Sidecar()
    {
        var inMemory = new InMemoryOrchestrationService();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(TimersByClock.Around(inMemory, clock));
        builder.Services.AddSingleton<IOrchestrationServiceClient>(inMemory);
        builder.Services.AddSingleton<TaskHubGrpcServer>();
        var app = builder.Build();
        app.MapGrpcService<TaskHubGrpcServer>();
        return app;
    }
}
