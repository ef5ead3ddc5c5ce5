using ReserveConnect.Embedded.Durable;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>A test with a database of its own and engines on it.</summary>
public abstract class DurableTest : IAsyncLifetime
{
    private readonly List<DurableHost> _hosts = [];
    private TestDatabase? _database;

    private protected ManualTime Time { get; } = new();

    private protected string ConnectionString => _database!.ConnectionString;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();

        await _database!.DisposeAsync();
    }

    private protected async Task<DurableHost> StartAsync(
        Action<DurableRegistry> register, TimeProvider? time = null, Action<DurableOptions>? configure = null)
    {
        var host = await DurableHost.StartAsync(ConnectionString, register, time, configure);
        _hosts.Add(host);
        return host;
    }

    /// <summary>
    /// Waits for something that is about to be so. The manual clock ticks meanwhile: what was set to the present a moment
    /// after a test moved the clock would otherwise never come.
    /// </summary>
    private protected async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
        }
    }

    private protected Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    /// <summary>Waits for an end while the manual clock ticks.</summary>
    private protected async Task<Microsoft.DurableTask.Client.OrchestrationMetadata> EndOnManualTimeAsync(DurableHost host, string instanceId)
    {
        await UntilAsync(async () => (await host.Client.GetInstanceAsync(instanceId))!.IsCompleted);
        return await host.EndOfAsync(instanceId);
    }

    private protected async Task<T?> QueryAsync<T>(string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
