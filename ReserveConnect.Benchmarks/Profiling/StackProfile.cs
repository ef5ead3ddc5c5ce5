using System.Globalization;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Profiling;

/// <summary>
/// Where the time of a benchmark goes: CPU by process, statements by <c>pg_stat_statements</c>, and what the server's
/// processes were doing when looked at.
/// </summary>
internal sealed class StackProfile : IAsyncDisposable
{
    private const int Statements = 40;
    private const int Waits = 15;
    private const int ShownCharacters = 110;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly BenchWorld _world;
    private readonly NpgsqlConnection _connection;
    private readonly Dictionary<string, int> _waits = [];
    private readonly (string Name, int Id)[] _processes;
    private readonly Dictionary<string, TimeSpan> _cpu = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _looking;
    private Dictionary<string, TimeSpan> _cpuAtResume = [];
    private volatile bool _on;
    private long _commits;
    private long _commitsAtResume;

    private StackProfile(BenchWorld world, NpgsqlConnection connection)
    {
        _world = world;
        _connection = connection;
        _processes = [("functions", world.Stack.FunctionsProcessId), ("sandbox", world.Stack.SandboxProcessId), ("benchmark", Environment.ProcessId)];
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Prepares it, stopped.</summary>
    public static async Task<StackProfile> StartAsync(BenchWorld world, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        await connection.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()");
        return new StackProfile(world, connection);
    }

    /// <summary>A round begins.</summary>
    public void Resume()
    {
        _cpuAtResume = _processes.ToDictionary(process => process.Name, process => ProcessFigures.CpuTime(process.Id));
        _cpuAtResume["PostgreSQL"] = PostgresCpu();
        _commitsAtResume = Commits();
        _on = true;
    }

    /// <summary>A round ends.</summary>
    public void Pause()
    {
        _on = false;
        foreach (var (name, id) in _processes)
            _cpu[name] = _cpu.GetValueOrDefault(name) + ProcessFigures.CpuTime(id) - _cpuAtResume[name];
        _cpu["PostgreSQL"] = _cpu.GetValueOrDefault("PostgreSQL") + PostgresCpu() - _cpuAtResume["PostgreSQL"];
        _commits += Commits() - _commitsAtResume;
    }

    /// <summary>Prints it for each of what was done.</summary>
    /// <param name="what">One of them: a booking.</param>
    /// <param name="count">How many there were.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task PrintAsync(string what, int count, CancellationToken cancellation)
    {
        var report = _world.Report;
        report.Line("");
        report.Line($"profile, for each {what}");
        foreach (var (name, time) in _cpu)
            report.Figure($"CPU of {name}", $"{time.TotalMilliseconds / count:0.00} ms");
        report.Figure("commits", $"{(double)_commits / count:0.0}");
        var statements = (await _connection.QueryAsync<(string Query, long Calls, double Total)>(new CommandDefinition(
            """
            SELECT regexp_replace(query, '\s+', ' ', 'g'), calls, total_exec_time
            FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            ORDER BY total_exec_time DESC
            """,
            cancellationToken: cancellation))).AsList();
        report.Figure("statements", $"{statements.Sum(s => s.Calls) / (double)count:0.0}", $"{statements.Sum(s => s.Total) / count:0.00} ms inside the server");
        foreach (var (query, calls, total) in statements.Take(Statements))
            report.Line(string.Create(CultureInfo.InvariantCulture, $"{total / count,8:0.000} ms {(double)calls / count,6:0.00} x  {query[..Math.Min(query.Length, ShownCharacters)]}"));
        var looks = Math.Max(1, _waits.Values.Sum());
        foreach (var (wait, seen) in _waits.OrderByDescending(wait => wait.Value).Take(Waits))
            report.Line($"{100.0 * seen / looks,6:0.0} % of looks: {wait}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task LookAsync()
    {
        await using var connection = new NpgsqlConnection(_world.Stack.ConnectionString);
        await connection.OpenAsync(_stopping.Token);
        while (!_stopping.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, _stopping.Token);
            if (!_on)
                continue;
            var seen = await connection.QueryAsync<string>(
                """
                SELECT concat_ws(' ', state, coalesce(wait_event_type || ':' || wait_event, 'on CPU'), left(regexp_replace(query, '\s+', ' ', 'g'), 60))
                FROM pg_stat_activity
                WHERE datname = current_database()
                  AND state <> 'idle'
                  AND pid <> pg_backend_pid()
                """);
            foreach (var wait in seen)
                _waits[wait] = _waits.GetValueOrDefault(wait) + 1;
        }
    }

    private long Commits() =>
        _connection.ExecuteScalar<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");

    private TimeSpan PostgresCpu() =>
        _world.Stack.PostgresProcessId is { } id ? ProcessFigures.CpuTimeWithChildren(id) ?? TimeSpan.Zero : TimeSpan.Zero;
}
