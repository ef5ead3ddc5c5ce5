using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Embedded.Http;
using ReserveConnect.Embedded.Timers;
using ReserveConnect.Tests.Hosts;

namespace ReserveConnect.Tests.Embedded;

/// <summary>An embedded host in this process, with the functions of the given classes, on a free port.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host, CapturedLog log)
    {
        _host = host;
        Log = log;
        Client = new HttpClient { BaseAddress = Services.GetService<EmbeddedHttpServer>()?.Address };
    }

    public IServiceProvider Services => _host.Services;

    public HttpClient Client { get; }

    public CapturedLog Log { get; }

    public EmbeddedTimers Timers => Services.GetRequiredService<EmbeddedTimers>();

    public static async Task<TestHost> StartAsync(
        Type[] functions, Dictionary<string, string?>? settings = null, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var log = new CapturedLog();
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Reserve:Http:Url"] = "http://127.0.0.1:0" });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddFunctionTypes(functions);
        configure?.Invoke(builder);

        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return new TestHost(host, log);
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
