using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class EventTests : DurableTest
{
    [Fact]
    public async Task Events_that_come_before_anybody_waits_are_kept_and_served_in_order()
    {
        var go = new TaskCompletionSource();
        var host = await StartAsync(registry =>
        {
            registry.Activity<int, int>("hold up", async _ =>
            {
                await go.Task;
                return 0;
            });
            registry.Orchestrator("collect", async context =>
            {
                await context.CallActivityAsync("hold up", 0);
                var got = new List<int>();
                for (var i = 0; i < 3; i++)
                    got.Add(await context.WaitForExternalEvent<int>("number"));

                return got;
            });
        });
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("collect");
        foreach (var number in new[] { 5, 6, 7 })
            await host.Client.RaiseEventAsync(id, "number", number);

        go.SetResult();

        Assert.Equal(new[] { 5, 6, 7 }, (await host.EndOfAsync(id)).ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task Event_names_are_matched_in_any_case_and_a_payload_may_be_missing()
    {
        var host = await StartAsync(registry => registry.Orchestrator("wait", async context =>
            await context.WaitForExternalEvent<string?>("Paid") ?? "nothing"));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");

        await host.Client.RaiseEventAsync(id, "pAID");

        Assert.Equal("nothing", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Waiting_with_a_time_out_ends_in_a_cancelled_task_and_the_event_stays_for_the_next_waiter()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
            {
                await Assert.ThrowsAsync<TaskCanceledException>(
                    () => context.WaitForExternalEvent<string>("paid", TimeSpan.FromMinutes(5)));
                return await context.WaitForExternalEvent<string>("paid", TimeSpan.FromMinutes(5));
            }),
            Time);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 21") == 1);
        Time.Advance(TimeSpan.FromMinutes(5));
        await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 21") == 2);

        await host.Client.RaiseEventAsync(id, "paid", "late");

        Assert.Equal("late", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task One_event_completes_one_waiter_the_latest_first()
    {
        var host = await StartAsync(registry => registry.Orchestrator("wait", async context =>
        {
            var abandoned = context.WaitForExternalEvent<int>("number");
            var wanted = context.WaitForExternalEvent<int>("number");
            var first = await wanted;
            return (int[])[first, await abandoned];
        }));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");

        await host.Client.RaiseEventAsync(id, "number", 1);
        await host.Client.RaiseEventAsync(id, "number", 2);

        Assert.Equal(new[] { 1, 2 }, (await host.EndOfAsync(id)).ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task An_event_for_an_instance_that_has_ended_or_never_was_is_dropped()
    {
        var host = await StartAsync(registry => registry.Orchestrator("nothing", _ => Task.CompletedTask));
        var ended = await host.RunAsync("nothing");

        await host.Client.RaiseEventAsync(ended.InstanceId, "paid", 1);
        await host.Client.RaiseEventAsync("nobody", "paid", 1);

        Assert.Equal(0L, await QueryAsync<long>("SELECT count(*) FROM durable.journal"));
    }

    [Fact]
    public async Task An_event_of_the_wrong_type_is_thrown_where_it_is_awaited()
    {
        var host = await StartAsync(registry => registry.Orchestrator("wait", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<int>("number");
            }
            catch (System.Text.Json.JsonException)
            {
                return -1;
            }
        }));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");

        await host.Client.RaiseEventAsync(id, "number", "seven");

        Assert.Equal(-1, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_orchestration_sends_an_event_to_another_and_to_nobody()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("receive", context => context.WaitForExternalEvent<string>("hello"));
            registry.Orchestrator("send", context =>
            {
                context.SendEvent("nobody", "hello", "?");
                context.SendEvent("receiver", "hello", $"from {context.InstanceId}");
                return Task.CompletedTask;
            });
        });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("receive", new StartOrchestrationOptions("receiver"));

        var sent = await host.RunAsync("send", instanceId: "sender");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, sent.RuntimeStatus);
        Assert.Equal("from sender", (await host.EndOfAsync("receiver")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task More_events_than_an_instance_may_keep_are_refused()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("deaf", context => context.WaitForExternalEvent<int>("never")),
            configure: options => options.MaxBufferedEvents = 3);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("deaf");
        for (var i = 0; i < 3; i++)
            await host.Client.RaiseEventAsync(id, "other", i);

        await UntilAsync(() => host.Engine.Session.Directory.FindAsync(id).ContinueWith(
            found => found.GetAwaiter().GetResult()!.Orchestration.BufferedEvents == 3, TaskScheduler.Default));

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync(id, "other", 4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task Names_that_the_database_cannot_keep_are_refused(string name)
    {
        var host = await StartAsync(registry => registry.Orchestrator("nothing", _ => Task.CompletedTask));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.RaiseEventAsync("id", name));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.Client.RaiseEventAsync(name, "event"));
    }
}
