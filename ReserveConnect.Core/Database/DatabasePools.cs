using Npgsql;

namespace ReserveConnect.Database;

/// <summary>
/// The two pools of a process: one whose connections are the service's, and a small one that reads for callers. What a
/// caller is shown never comes from a connection that sees everything.
/// </summary>
/// <param name="service">Works as <see cref="DatabaseRoles.Service"/>.</param>
/// <param name="callers">Works as <see cref="DatabaseRoles.Anonymous"/> unless a transaction says for whom.</param>
public sealed class DatabasePools(NpgsqlDataSource service, NpgsqlDataSource callers) : IAsyncDisposable
{
    internal NpgsqlDataSource Service { get; } = service;

    internal NpgsqlDataSource Callers { get; } = callers;

    /// <inheritdoc cref="ReserveDataSource.ForService"/>
    public static DatabasePools Build(DatabaseOptions options, DatabaseToken? token) =>
        new(ReserveDataSource.ForService(options, token), ReserveDataSource.ForCallers(options, token));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Callers.DisposeAsync();
    }
}
