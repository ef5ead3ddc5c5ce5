using System.Diagnostics;
using System.Net.Http.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Payouts;

/// <summary>How long a run took since it was ordered.</summary>
/// <param name="Calculated">Until every payout was made.</param>
/// <param name="Completed">Until every payout was sent and in the books.</param>
internal sealed record RunTimes(TimeSpan Calculated, TimeSpan Completed);

/// <summary>What a run has paid.</summary>
/// <param name="Payouts">Those that were sent.</param>
/// <param name="Reservations">What they pay, each once.</param>
/// <param name="Receipts">Events that say so.</param>
/// <param name="Stripe">Sent there, BRL.</param>
/// <param name="Pix">The same by PIX.</param>
internal sealed record Paid(long Payouts, long Reservations, long Receipts, decimal Stripe, decimal Pix);

/// <summary>The weekly run of today, whatever day of the week it is.</summary>
internal sealed class PayoutRun : IAsyncDisposable
{
    private const string Job = "run_payouts";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly Stack _stack;
    private readonly BenchOptions _options;
    private readonly NpgsqlConnection _connection;
    private readonly string _runKey;

    private PayoutRun(Stack stack, BenchOptions options, NpgsqlConnection connection, string runKey) =>
        (_stack, _options, _connection, _runKey) = (stack, options, connection, runKey);

    private sealed record State(DateTimeOffset? FinishedAt, long Made, long Completed, string Others);

    /// <summary>Opens it as the product does on a Monday.</summary>
    public static async Task<PayoutRun> OpenAsync(BenchWorld world, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        var runKey = await connection.ExecuteScalarAsync<string>(
            """
            INSERT INTO reserve.payout_runs (run_key, run_date, schedule, period_start, period_end, opened_at)
            SELECT day || ':weekly', day, 'weekly', day - 7, day - 1, now()
            FROM reserve.book_date(now()) day
            ON CONFLICT (run_key) DO UPDATE SET finished_at = NULL
            RETURNING run_key
            """);
        return new(world.Stack, world.Options, connection, runKey!);
    }

    /// <summary>Orders it and waits until all is paid.</summary>
    /// <exception cref="LauncherException">It is not in the time that it has: with what the payouts are instead.</exception>
    public async Task<RunTimes> PayAsync(CancellationToken cancellation)
    {
        var (at, begun) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        await StartAsync(cancellation);
        State state;
        do
        {
            await Task.Delay(BetweenLooks, cancellation);
            state = await LookAsync();
            if (Stopwatch.GetElapsedTime(begun) > _options.PayoutPatience)
                throw new LauncherException($"the run is not done after {_options.PayoutPatience.TotalMinutes:0} min: {state.Completed} of {state.Made} payouts are completed, others: {state.Others}; see functions.log");
        }
        while (state.FinishedAt is null || state.Completed < state.Made);
        return new(state.FinishedAt.Value - at, Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>What it has paid.</summary>
    public Task<Paid> PaidAsync(CancellationToken cancellation) => _connection.QuerySingleAsync<Paid>(new CommandDefinition(
        """
        SELECT count(*) AS payouts,
               (SELECT count(DISTINCT i.reservation_id) FROM reserve.payout_items i JOIN reserve.payouts p ON p.id = i.payout_id WHERE p.run_key = @_runKey) AS reservations,
               (SELECT count(*) FROM reserve.events e WHERE e.event_type = 'payout.completed') AS receipts,
               coalesce(sum(net_amount) FILTER (WHERE method = 'stripe'), 0) AS stripe,
               coalesce(sum(net_amount) FILTER (WHERE method = 'pix'), 0) AS pix
        FROM reserve.payouts
        WHERE run_key = @_runKey
          AND status = 'completed'
        """,
        new { _runKey }, cancellationToken: cancellation));

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task StartAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = _stack.Functions, Timeout = _options.RequestPatience };
        http.DefaultRequestHeaders.Add("X-Operator-Key", _stack.Secrets.OperatorKey);
        using var answer = await http.PostAsJsonAsync($"api/admin/jobs/{Job}", new { }, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"{Job} cannot be started: HTTP {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    private Task<State> LookAsync() => _connection.QuerySingleAsync<State>(
        """
        SELECT r.finished_at, count(p.id) AS made, count(p.id) FILTER (WHERE p.status = 'completed') AS completed,
               coalesce(string_agg(DISTINCT p.status || coalesce(' ' || p.failure_code, ''), ', ') FILTER (WHERE p.status <> 'completed'), 'none') AS others
        FROM reserve.payout_runs r
        LEFT JOIN reserve.payouts p ON p.run_key = r.run_key
        WHERE r.run_key = @_runKey
        GROUP BY r.run_key
        """,
        new { _runKey });
}
