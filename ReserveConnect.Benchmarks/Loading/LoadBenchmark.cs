using System.Diagnostics;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Measuring;

namespace ReserveConnect.Benchmarks.Loading;

/// <summary>
/// Loads the city through the Host's API by the operator's job, as the first start of a city does. Baseline: a binary COPY
/// of the same calendar rows into an unlogged table.
/// </summary>
/// <param name="prints">Off when the city is only loaded for the other benchmarks.</param>
internal sealed class LoadBenchmark(bool prints) : IBenchmark
{
    private const double MostSeconds = 60;
    private const double MostMegabytes = 500;

    public string Name => "load";

    public async Task<bool> RunAsync(BenchWorld world, CancellationToken cancellation)
    {
        var sandboxBefore = ProcessFigures.PeakMegabytes(world.Stack.SandboxProcessId);
        var cpuBefore = ProcessFigures.CpuTime(world.Stack.FunctionsProcessId);
        var begun = Stopwatch.GetTimestamp();
        await world.Stack.LoadCitiesAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (!prints)
            return true;

        var cpu = ProcessFigures.CpuTime(world.Stack.FunctionsProcessId) - cpuBefore;
        var peak = ProcessFigures.PeakMegabytes(world.Stack.FunctionsProcessId);
        var sandbox = ProcessFigures.PeakMegabytes(world.Stack.SandboxProcessId);
        await using var connection = new NpgsqlConnection(world.Stack.ConnectionString);
        await connection.OpenAsync(cancellation);
        var (units, nights) = await connection.QuerySingleAsync<(long, long)>(
            "SELECT (SELECT count(*) FROM reserve.unit_map), (SELECT count(*) FROM reserve.availability_calendar)");
        world.Report.Title(Name, $"{world.City} through the Host's API: {units:N0} units, {nights:N0} nights");
        foreach (var (job, seconds) in await JobsAsync(connection))
            world.Report.Figure(job, $"{seconds:0.0} s");
        world.Report.Figure("all, until a search finds it", $"{took:0.0} s", $"target < {MostSeconds:0} s: {Verdict(took < MostSeconds)}");
        world.Report.Figure("functions: peak memory", $"{peak:0} MB", $"target < {MostMegabytes:0} MB: {Verdict(peak < MostMegabytes)}; CPU {cpu.TotalSeconds:0.0} s");
        world.Report.Figure("sandbox: peak memory", $"{sandbox:0} MB", $"{sandboxBefore:0} MB before the load");
        var copies = await CopyBaseline.MeasureAsync(connection, world.Options.Rounds, cancellation);
        world.Report.Figure("baseline: COPY of the same rows, unlogged", $"{copies:0.0} s", $"load is {took / copies:0.0} x the baseline, {nights / took:N0} nights/s");
        return await world.CheckInvariantsAsync(cancellation);
    }

    private static string Verdict(bool met) => met ? "met" : "MISSED";

    private static async Task<IReadOnlyList<(string Job, double Seconds)>> JobsAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<(string, double)>(
            """
            SELECT job_type, extract(epoch FROM max(completed_at) - min(started_at))::float8
            FROM reserve.sync_jobs
            WHERE status = 'completed'
            GROUP BY job_type
            ORDER BY min(started_at)
            """)).AsList();
}
