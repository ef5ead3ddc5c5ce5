using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Events;

/// <summary>An outbox in a database of its own, one handler, and a clock that a test moves.</summary>
internal sealed class OutboxWorld : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private OutboxWorld(TestDatabase database, ServiceProvider services, ShiftedClock clock) => (_database, _services, Clock) = (database, services, clock);

    public ShiftedClock Clock { get; }

    /// <param name="handler">Of all types that are appended.</param>
    /// <param name="set">Bounds that matter to the test.</param>
    /// <param name="add">What else is there.</param>
    public static async Task<OutboxWorld> CreateAsync(IEventHandler handler, Action<EventOptions> set, Action<IServiceCollection> add)
    {
        var database = await TestDatabase.CreateAsync();
        var clock = new ShiftedClock();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<EventBell>();
        services.AddSingleton<EventQueue>();
        services.AddSingleton<EventHandling>();
        services.AddSingleton<ReserveDatabase>();
        services.AddSingleton(handler.GetType(), handler);
        services.AddSingleton(handler);
        services.AddSingleton(DatabasePools.Build(new() { ConnectionString = database.AppConnectionString }, null));
        services.Configure<DatabaseOptions>(o => o.ConnectionString = database.AppConnectionString);
        services.Configure(set);
        add(services);
        return new(database, services.BuildServiceProvider(), clock);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Appends one event in a transaction, as the product does.</summary>
    /// <returns>The event's id.</returns>
    public async Task<Guid> AppendAsync(string type)
    {
        var aggregate = Guid.CreateVersion7();
        await Get<ReserveDatabase>().TransactAsync(unit => Outbox.AppendAsync(unit, type, "test", aggregate, new { }, Clock.GetUtcNow()), default);
        return await ReadAsync<Guid>("SELECT id FROM reserve.events WHERE aggregate_id = @aggregate", new { aggregate });
    }

    public async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    public async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.ExecuteAsync(sql, parameters);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
