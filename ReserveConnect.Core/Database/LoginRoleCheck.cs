using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>
/// Refuses to start with a login that row-level security does not bind, or that cannot work for every kind of caller. A
/// database that does not answer yet is no reason not to start: each connection is checked again when it is opened.
/// </summary>
internal sealed class LoginRoleCheck(ReserveDatabase database, ILogger<LoginRoleCheck> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await LoginRole.CheckAsync(connection);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            log.LogWarning(e, "The database's login could not be checked");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
