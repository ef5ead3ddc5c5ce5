using System.Diagnostics;
using System.Globalization;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Npgsql;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Durable.Journal;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>
/// The orchestration that the kill test kills, and the process it runs in. Each step leaves its effect in a table, once:
/// that is how an activity is idempotent.
/// </summary>
internal static class TenSteps
{
    /// <summary>How a process says that its orchestration ended before the write at which it was to be killed.</summary>
    public const string Survived = "survived";

    public const string EffectsTable = """
        CREATE TABLE effects (
            run text NOT NULL,
            step text NOT NULL,
            value text NOT NULL,
            attempts int NOT NULL DEFAULT 1,
            PRIMARY KEY (run, step)
        )
        """;

    /// <summary>Effects of one run, and its output, but for ids and instants.</summary>
    public static readonly string[] Steps =
        ["hold", "left", "middle", "right", "timer", "event", "child one", "child two", "flaky", "id", "last"];

    public static string Run(string moment, int write) => $"{moment} {write}";

    /// <summary>
    /// Ends what the killed process before it left open, then starts a run of its own and kills itself at the given write.
    /// Arguments: connection string, "before" or "after" (the commit), the number of the write, the run to end first.
    /// </summary>
    public static async Task RunAsync(string[] args)
    {
        var (connectionString, moment, write, previous) =
            (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
        var strikeAt = moment == "before" ? CommitMoment.Before : CommitMoment.After;
        var armed = false;
        var writes = 0;
        await using var host = await DurableHost.StartAsync(
            connectionString,
            registry => Register(registry, connectionString),
            configure: options =>
            {
                options.HostLockTimeout = TimeSpan.FromSeconds(20);
                options.AtCommit = (now, _) =>
                {
                    if (!armed || now != strikeAt || ++writes != write)
                        return;

                    Console.Out.Flush();
                    Process.GetCurrentProcess().Kill();
                    new ManualResetEventSlim().Wait();
                };
            });

        if (previous.Length > 0)
            await EndAsync(host, previous);

        armed = write > 0;
        if (!armed)
            return;

        await EndAsync(host, Run(moment, write));
        await Console.Out.WriteLineAsync(Survived);
    }

    private static async Task EndAsync(DurableHost host, string run)
    {
        try
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync(
                "ten steps", run, new StartOrchestrationOptions(run).WithDedupeStatuses(Enum.GetValues<OrchestrationRuntimeStatus>()));
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The start had become durable.
        }

        await host.Client.RaiseEventAsync(run, "paid", "card");
        await host.Client.WaitForInstanceCompletionAsync(run);
    }

    private static void Register(DurableRegistry registry, string connectionString)
    {
        registry.AddActivity("effect", async invocation =>
        {
            var (run, step, value) = (invocation.GetInput<string[]>()![0], invocation.GetInput<string[]>()![1], invocation.GetInput<string[]>()![2]);
            var attempts = await EffectAsync(connectionString, run, step, value);
            if (step == "flaky" && attempts == 1)
                throw new TimeoutException("the first time it fails, after having done its work");

            return $"{step} done";
        });
        registry.Orchestrator("two steps", async context =>
        {
            var run = context.GetInput<string>()!;
            await Effect(context, run, "child one");
            return await Effect(context, run, "child two");
        });
        registry.Orchestrator("ten steps", async context =>
        {
            var run = context.GetInput<string>()!;
            var done = new List<string> { await Effect(context, run, "hold") };
            done.AddRange(await Task.WhenAll(Effect(context, run, "left"), Effect(context, run, "middle"), Effect(context, run, "right")));
            await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            done.Add(await Effect(context, run, "timer"));
            var paid = await context.WaitForExternalEvent<string>("paid", TimeSpan.FromHours(1));
            done.Add(await Effect(context, run, "event", paid));
            context.SetCustomStatus("half way");
            done.Add(await context.CallSubOrchestratorAsync<string>("two steps", run));
            done.Add(await Effect(context, run, "flaky", "", new TaskOptions(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)))));
            var id = context.NewGuid().ToString();
            done.Add(await Effect(context, run, "id", id));
            done.Add(await Effect(context, run, "last"));
            return (string[])[id, .. done];
        });
    }

    private static Task<string> Effect(
        TaskOrchestrationContext context, string run, string step, string value = "", TaskOptions? options = null) =>
        context.CallActivityAsync<string>("effect", new[] { run, step, value }, options);

    private static async Task<int> EffectAsync(string connectionString, string run, string step, string value)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""
            INSERT INTO effects (run, step, value)
            VALUES ($1, $2, $3)
            ON CONFLICT (run, step) DO UPDATE SET attempts = effects.attempts + 1
            RETURNING attempts
            """, connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(step);
        command.Parameters.AddWithValue(value);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
