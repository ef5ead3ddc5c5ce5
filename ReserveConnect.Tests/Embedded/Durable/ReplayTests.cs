using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class ReplayTests : DurableTest
{
    [Fact]
    public async Task After_a_restart_the_code_goes_on_where_it_was_and_no_finished_activity_runs_again()
    {
        var runs = new List<string>();
        void Register(DurableRegistry registry)
        {
            registry.Activity<string, string>("do", step =>
            {
                lock (runs)
                    runs.Add(step);

                return step;
            });
            registry.Orchestrator("steps", async context =>
            {
                var id = context.NewGuid();
                var at = context.CurrentUtcDateTime;
                await context.CallActivityAsync("do", "one");
                await context.WaitForExternalEvent<int>("go");
                await context.CallActivityAsync("do", "two");
                return $"{id} {at:O} {context.NewGuid()}";
            });
        }

        string id;
        await using (var first = await StartAsync(Register))
        {
            id = await first.Client.ScheduleNewOrchestrationInstanceAsync("steps");
            await UntilAsync(() => runs.Count == 1);
        }

        await using (var second = await StartAsync(Register))
            await second.Client.RaiseEventAsync(id, "go", 1);

        var third = await StartAsync(Register);
        var ended = await third.EndOfAsync(id);

        Assert.Equal(["one", "two"], runs);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        var parts = ended.ReadOutputAs<string>()!.Split(' ');
        Assert.NotEqual(parts[0], parts[2]);
        Assert.Equal(ended.CreatedAt.UtcDateTime, DateTime.Parse(parts[1], null, System.Globalization.DateTimeStyles.RoundtripKind));
    }

    [Fact]
    public async Task An_activity_that_breaks_because_the_host_stops_is_run_again()
    {
        var runs = 0;
        void Register(DurableRegistry registry)
        {
            registry.AddActivity("breaks", async activity =>
            {
                if (Interlocked.Increment(ref runs) > 1)
                    return "done";

                await Task.Delay(Timeout.Infinite, activity.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                throw new InvalidOperationException("the connection is closed");
            });
            registry.Orchestrator("steps", async context => await context.CallActivityAsync<string>("breaks"));
        }

        string id;
        await using (var first = await StartAsync(Register))
        {
            id = await first.Client.ScheduleNewOrchestrationInstanceAsync("steps");
            await UntilAsync(() => Volatile.Read(ref runs) == 1);
        }

        var ended = await (await StartAsync(Register)).EndOfAsync(id);

        Assert.Equal(("done", 2), (ended.ReadOutputAs<string>(), runs));
    }

    [Fact]
    public async Task New_ids_and_the_clock_are_the_same_when_the_code_is_run_again()
    {
        var seen = new List<string>();
        var host = await StartAsync(
            registry => registry.Orchestrator("ids", async context =>
            {
                var first = $"{context.NewGuid()} {context.CurrentUtcDateTime:O}";
                await context.WaitForExternalEvent<int>("go");
                lock (seen)
                    seen.Add($"{first} {context.NewGuid()} {context.CurrentUtcDateTime:O}");

                await context.WaitForExternalEvent<int>("go");
            }),
            configure: options => options.IdleBeforeUnload = TimeSpan.FromMilliseconds(20));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("ids");
        await host.Client.RaiseEventAsync(id, "go", 1);
        await UntilAsync(() => seen.Count == 1);
        await UntilAsync(() => host.Engine.LoadedInstances == 0);
        await host.Client.RaiseEventAsync(id, "go", 1);
        await host.EndOfAsync(id);

        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
    }

    [Fact]
    public async Task Replay_is_silent_and_says_that_it_is_replay()
    {
        var replaying = new List<bool>();
        var host = await StartAsync(
            registry => registry.Orchestrator("talk", async context =>
            {
                var log = context.CreateReplaySafeLogger("talk");
                replaying.Add(context.IsReplaying);
                log.LogInformation("begun");
                await context.WaitForExternalEvent<int>("go");
                replaying.Add(context.IsReplaying);
                log.LogInformation("went");
                await context.WaitForExternalEvent<int>("go");
                log.LogInformation("ended");
            }),
            configure: options => options.IdleBeforeUnload = TimeSpan.FromMilliseconds(20));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("talk");
        for (var i = 0; i < 2; i++)
        {
            await UntilAsync(() => host.Engine.LoadedInstances == 0);
            await host.Client.RaiseEventAsync(id, "go", 1);
        }

        await host.EndOfAsync(id);

        Assert.Equal(["begun", "went", "ended"], host.Logs.Messages.Where(message => message is "begun" or "went" or "ended"));
        Assert.Equal([false, true, false, true, true], replaying);
    }

    [Fact]
    public async Task Code_that_no_longer_fits_the_journal_fails_that_instance_and_no_other()
    {
        var old = true;
        void Register(DurableRegistry registry)
        {
            registry.Activity<int, int>("charge", number => number);
            registry.Activity<int, int>("refund", number => number);
            registry.Orchestrator("changed", async context =>
            {
                await context.CallActivityAsync<int>(old ? "charge" : "refund", 1);
                await context.WaitForExternalEvent<int>("go");
            });
            registry.Orchestrator("shortened", async context =>
            {
                if (old)
                    await context.CallActivityAsync<int>("charge", 1);

                await context.WaitForExternalEvent<int>("go");
            });
            registry.Orchestrator("same", async context =>
            {
                await context.CallActivityAsync<int>("charge", 1);
                await context.WaitForExternalEvent<int>("go");
            });
        }

        string[] names = ["changed", "shortened", "same"];
        await using (var first = await StartAsync(Register))
        {
            foreach (var name in names)
                await first.Client.ScheduleNewOrchestrationInstanceAsync(name, new StartOrchestrationOptions(name));

            await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.journal") == 6);
        }

        old = false;
        var second = await StartAsync(Register);
        await second.Client.RaiseEventAsync("same", "go", 1);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await second.EndOfAsync("same")).RuntimeStatus);
        foreach (var name in new[] { "changed", "shortened" })
        {
            var ended = await second.EndOfAsync(name);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
            Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", ended.FailureDetails!.ErrorType);
            Assert.StartsWith("non-deterministic orchestration:", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Awaiting_what_is_not_durable_fails_the_instance_clearly()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("delay", async _ => await Task.Delay(500));
            registry.Orchestrator("pool", async context => await Task.Run(() => context.CallActivityAsync("x")));
        });

        var strayed = await host.RunAsync("delay");
        var pooled = await host.RunAsync("pool");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, strayed.RuntimeStatus);
        Assert.Contains("its context did not give it", strayed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, pooled.RuntimeStatus);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_fails_that_instance_and_no_other()
    {
        static void Register(DurableRegistry registry)
        {
            registry.Activity<int, int>("charge", number => number);
            registry.Orchestrator("book", async context =>
            {
                await context.CallActivityAsync<int>("charge", 1);
                return await context.WaitForExternalEvent<int>("go");
            });
        }

        string[] ids = ["payload", "kind", "stray", "sound"];
        await using (var first = await StartAsync(Register))
        {
            foreach (var id in ids)
                await first.Client.ScheduleNewOrchestrationInstanceAsync("book", new StartOrchestrationOptions(id));

            await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.journal") == 8);
        }

        await QueryAsync<int>("""
            UPDATE durable.journal AS j
            SET payload = CASE WHEN i.instance_id = 'payload' THEN '{"no json' ELSE payload END,
                kind = CASE WHEN i.instance_id = 'kind' THEN 19 ELSE kind END,
                task = CASE WHEN i.instance_id = 'stray' THEN 77 ELSE task END
            FROM durable.instances AS i
            WHERE i.execution = j.execution
              AND j.kind = 3
            """);
        var second = await StartAsync(Register);
        await second.Client.RaiseEventAsync("sound", "go", 5);

        Assert.Equal(5, (await second.EndOfAsync("sound")).ReadOutputAs<int>());
        foreach (var id in ids[..3])
            Assert.Equal(OrchestrationRuntimeStatus.Failed, (await second.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task A_journal_over_its_bound_fails_the_instance()
    {
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<int, int>("next", number => number + 1);
                registry.Orchestrator("endless", async context =>
                {
                    for (var i = 0; ;)
                        i = await context.CallActivityAsync<int>("next", i);
                });
            },
            configure: options => options.MaxJournalRecords = 50);

        var ended = await host.RunAsync("endless");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("more than 50 records", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }
}
