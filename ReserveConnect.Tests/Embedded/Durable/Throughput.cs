using System.Diagnostics;
using System.Globalization;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>
/// How many orchestrations of four activities and one event the engine ends per second:
/// <c>dotnet ReserveConnect.Tests.dll durable-throughput [orchestrations] [at once]</c>.
/// </summary>
internal static class Throughput
{
    public static async Task RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5_000;
        var atOnce = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await DurableHost.StartAsync(database.ConnectionString, registry =>
        {
            registry.Activity<int, int>("step", number => number + 1);
            registry.Orchestrator("steps", async context =>
            {
                var number = await context.CallActivityAsync<int>("step", 0);
                number = await context.CallActivityAsync<int>("step", number);
                number += await context.WaitForExternalEvent<int>("paid");
                number = await context.CallActivityAsync<int>("step", number);
                return await context.CallActivityAsync<int>("step", number);
            });
        });

        await MeasureAsync(host, 500, atOnce);
        var commitsBefore = host.Engine.Commits;
        var elapsed = await MeasureAsync(host, count, atOnce);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} orchestrations, {atOnce} at once: {count / elapsed.TotalSeconds:F0}/s, {elapsed.TotalMilliseconds * atOnce / count:F1} ms each, {count / (double)(host.Engine.Commits - commitsBefore):F1} per commit"));
    }

    private static async Task<TimeSpan> MeasureAsync(DurableHost host, int count, int atOnce)
    {
        var begun = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (_, cancellation) =>
            {
                var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("steps", cancellation);
                await host.Client.RaiseEventAsync(id, "paid", 1, cancellation);
                var ended = await host.Client.WaitForInstanceCompletionAsync(id, cancellation);
                if (!ended.IsCompleted)
                    throw new InvalidOperationException($"{id} is {ended.RuntimeStatus}");
            });
        return Stopwatch.GetElapsedTime(begun);
    }
}
