using System.Net.Http.Json;
using Dapper;
using Npgsql;

namespace ReserveConnect.Launcher.Running;

/// <summary>
/// Loads every city from the Host the first time, by the jobs that the timers run later. A city that was loaded in an
/// earlier run is left to the timers.
/// </summary>
internal static class FirstSync
{
    // In this order: a room type needs its property, a night its room type.
    private static readonly (string Function, string JobType)[] Jobs =
    [
        ("sync_host_properties", "property_sync"),
        ("sync_host_room_types", "room_type_sync"),
        ("sync_host_availability", "availability_sync"),
    ];

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs what is missing and returns once it is done.</summary>
    /// <exception cref="LauncherException">A job fails, or all of it takes longer than <see cref="StackOptions.SyncPatience"/>.</exception>
    public static async Task RunAsync(Stack stack, StackOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.SyncPatience);
        await using var connection = new NpgsqlConnection(stack.ConnectionString);
        try
        {
            foreach (var (function, jobType) in Jobs)
            {
                if (await CitiesWithoutAsync(connection, jobType, limit.Token) == 0)
                    continue;
                options.Say($"loading the city: {function}");
                await StartAsync(stack, function, limit.Token);
                await UntilDoneAsync(connection, jobType, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LauncherException($"the first load of the city was not done after {options.SyncPatience.TotalMinutes:0} min");
        }
    }

    private static async Task StartAsync(Stack stack, string function, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(new Uri(stack.Functions, $"api/admin/jobs/{function}"), new { }, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"{function} cannot be started: HTTP {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    private static async Task UntilDoneAsync(NpgsqlConnection connection, string jobType, CancellationToken cancellation)
    {
        while (await CitiesWithoutAsync(connection, jobType, cancellation) > 0)
        {
            var failure = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
                """
                SELECT coalesce(error_message, 'failed')
                FROM reserve.sync_jobs
                WHERE job_type = @jobType
                AND status = 'failed'
                ORDER BY started_at DESC
                LIMIT 1
                """,
                new { jobType },
                cancellationToken: cancellation));
            if (failure is not null)
                throw new LauncherException($"{jobType} failed: {failure}");
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    private static Task<int> CitiesWithoutAsync(NpgsqlConnection connection, string jobType, CancellationToken cancellation) =>
        connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            SELECT count(*)
            FROM reserve.cities AS city
            WHERE city.is_active
            AND NOT EXISTS (
                SELECT
                FROM reserve.sync_jobs AS job
                WHERE job.city_id = city.id
                AND job.job_type = @jobType
                AND job.status = 'completed')
            """,
            new { jobType },
            cancellationToken: cancellation));
}
