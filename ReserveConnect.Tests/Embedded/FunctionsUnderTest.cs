using Dapper;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Embedded.Http;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Hosts;

/// <summary>The functions on the embedded host, in this process; they can be stopped and started again on the same database.</summary>
internal sealed class FunctionsUnderTest(IReadOnlyDictionary<string, string?> settings, TimeProvider clock) : IAsyncDisposable
{
    private IHost? _host;

    public IServiceProvider Services => _host!.Services;

    /// <summary>Where the API answers.</summary>
    public Uri Address => Services.GetRequiredService<EmbeddedHttpServer>().Address;

    public DurableTaskClient Durable => Services.GetRequiredService<DurableTaskClient>();

    /// <summary>What an orchestration has done, for the message of a failed assertion.</summary>
    public async Task<string> StoryAsync(string instanceId)
    {
        await using var connection = new NpgsqlConnection(
            settings.GetValueOrDefault("Reserve:Durable:ConnectionString") ?? settings["Reserve:Database:ConnectionString"]);
        return (await connection.ExecuteScalarAsync<string>(
            """
            SELECT coalesce(string_agg(concat_ws(' ', to_jsonb(j) - 'payload', left(j.payload::text, 1000)), E'\n'), 'no journal')
            FROM durable.journal j
            JOIN durable.instances i USING (execution)
            WHERE i.instance_id = @instanceId
            """,
            new { instanceId }))!;
    }

    public async Task StartAsync()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider, CapturedLog>();
        builder.Services.AddSingleton<ILoggerProvider, ScannedLog>();
        builder.Logging.AddFilter<CapturedLog>(null, LogLevel.Warning);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(settings);
        ReserveConnectApp.Configure(builder);
        builder.Services.AddSingleton(clock);
        builder.Services.AddFunctionAssembly(typeof(ReserveConnectApp).Assembly);
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task StopAsync()
    {
        await _host!.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
        }
    }
}
