using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace ReserveConnect.Launcher.Running;

/// <summary>
/// Loads every city from the Host the first time, by the operator's job <c>sync_city</c>. A city that was loaded in an
/// earlier run is left to the timers.
/// </summary>
internal static class FirstSync
{
    private const string Job = "sync_city";

    // A timer that falls due meanwhile takes over from the job, which then counts as failed.
    private const int MostAttempts = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs what is missing and returns once it is done.</summary>
    /// <exception cref="LauncherException">The job fails, or takes longer than <see cref="StackOptions.SyncPatience"/>.</exception>
    public static async Task RunAsync(Stack stack, StackOptions options, CancellationToken cancellation)
    {
        var cities = await MissingAsync(stack, cancellation);
        if (cities.Count == 0)
            return;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.SyncPatience);
        using var http = new HttpClient { BaseAddress = stack.Functions };
        http.DefaultRequestHeaders.Add("X-Operator-Key", stack.Secrets.OperatorKey);
        try
        {
            options.Say($"loading {string.Join(", ", cities)} from the Host");
            for (var attempt = 1; await MissingAsync(stack, limit.Token) is [var missing, ..]; attempt++)
            {
                if (attempt > MostAttempts)
                    throw new LauncherException($"{missing} was not loaded: {await ReasonAsync(stack, missing, limit.Token)}; see functions.log");
                foreach (var instance in await StartAsync(http, limit.Token))
                    await UntilDoneAsync(http, instance, limit.Token);
                await UntilQuietAsync(stack, limit.Token);
            }

            foreach (var city in cities)
                await Searchable.WaitAsync(http, city, options.ClockOffset, options.Say, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LauncherException($"the first load of the city was not done after {options.SyncPatience.TotalMinutes:0} min");
        }
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(Stack stack, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(stack.ConnectionString);
        var slugs = await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT city.slug
            FROM reserve.cities AS city
            WHERE city.is_active
            AND NOT EXISTS (
                SELECT
                FROM reserve.sync_jobs AS job
                WHERE job.city_id = city.id
                AND job.job_type = 'availability_sync'
                AND job.status = 'completed')
            ORDER BY city.slug
            """,
            cancellationToken: cancellation));
        return [.. slugs];
    }

    private static async Task UntilQuietAsync(Stack stack, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(stack.ConnectionString);
        while (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM reserve.sync_jobs WHERE status = 'running')", cancellationToken: cancellation)))
            await Task.Delay(BetweenLooks, cancellation);
    }

    private static async Task<string> ReasonAsync(Stack stack, string city, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(stack.ConnectionString);
        return await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            """
            SELECT job.error_message
            FROM reserve.sync_jobs AS job
            JOIN reserve.cities AS city ON city.id = job.city_id
            WHERE city.slug = @city
            AND job.status = 'failed'
            ORDER BY job.started_at DESC
            LIMIT 1
            """,
            new { city },
            cancellationToken: cancellation)) ?? "no job says why";
    }

    private static async Task<IReadOnlyList<string>> StartAsync(HttpClient http, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync($"api/admin/jobs/{Job}", new { }, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"{Job} cannot be started: HTTP {(int)answer.StatusCode} {body}");
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("instances").EnumerateArray().Select(instance => instance.GetString()!)];
    }

    private static async Task UntilDoneAsync(HttpClient http, string instance, CancellationToken cancellation)
    {
        while (true)
        {
            using var json = JsonDocument.Parse(await http.GetStringAsync($"api/admin/jobs/{Job}?instance={Uri.EscapeDataString(instance)}", cancellation));
            var state = json.RootElement.GetProperty("instances").EnumerateArray().FirstOrDefault(found => found.GetProperty("id").GetString() == instance);
            var status = state.ValueKind == JsonValueKind.Object ? state.GetProperty("status").ToString().ToLowerInvariant() : "pending";
            switch (status)
            {
                case "completed":
                    return;
                case "failed" or "terminated":
                    throw new LauncherException($"{instance} {status}: {state.GetProperty("output")}; see functions.log");
                default:
                    await Task.Delay(BetweenLooks, cancellation);
                    break;
            }
        }
    }
}
