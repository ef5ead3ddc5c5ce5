using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class LifecycleTests : DurableTest
{
    private static void Waiting(DurableRegistry registry) =>
        registry.Orchestrator("wait", context => context.WaitForExternalEvent<string>("go"));

    [Fact]
    public async Task A_running_id_refuses_a_second_start_and_an_ended_one_is_replaced()
    {
        var host = await StartAsync(Waiting);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 1, new StartOrchestrationOptions("intent"));

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 2, new StartOrchestrationOptions("intent")));
        await host.Client.RaiseEventAsync("intent", "go", "first");
        await host.EndOfAsync("intent");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 3, new StartOrchestrationOptions("intent"));
        await host.Client.RaiseEventAsync("intent", "go", "second");

        var ended = await host.EndOfAsync("intent");
        Assert.Equal("second", ended.ReadOutputAs<string>());
        Assert.Equal(3, ended.ReadInputAs<int>());
        Assert.Equal(1L, await QueryAsync<long>("SELECT count(*) FROM durable.instances"));
        Assert.Equal(1L, await QueryAsync<long>("SELECT count(*) FROM durable.journal"));
    }

    [Fact]
    public async Task Of_many_starts_with_one_id_exactly_one_wins()
    {
        var host = await StartAsync(Waiting);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async number =>
        {
            try
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", number, new StartOrchestrationOptions("intent"));
                return true;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return false;
            }
        }));

        Assert.Single(outcomes, won => won);
    }

    [Fact]
    public async Task The_options_say_in_which_states_an_existing_instance_refuses()
    {
        var host = await StartAsync(Waiting);
        var completed = new StartOrchestrationOptions("a").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", completed);

        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", completed);
        await host.Client.RaiseEventAsync("a", "go", "second");
        Assert.Equal("second", (await host.EndOfAsync("a")).ReadOutputAs<string>());

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("wait", completed));
    }

    [Fact]
    public async Task A_delayed_start_is_pending_until_its_instant_and_keeps_events_till_then()
    {
        var host = await StartAsync(Waiting, Time);
        var startAt = Time.GetUtcNow().AddHours(1);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", new StartOrchestrationOptions(StartAt: startAt));
        await host.Client.RaiseEventAsync(id, "go", "early");

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        var started = host.Client.WaitForInstanceStartAsync(id);
        Assert.False(started.IsCompleted);
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("early", (await EndOnManualTimeAsync(host, id)).ReadOutputAs<string>());
        Assert.NotEqual(OrchestrationRuntimeStatus.Pending, (await started).RuntimeStatus);
    }

    [Fact]
    public async Task A_suspended_instance_keeps_events_and_timers_until_it_is_resumed()
    {
        var isWaiting = new TaskCompletionSource();
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
            {
                var timer = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                isWaiting.TrySetResult();
                var letter = await context.WaitForExternalEvent<string>("letter");
                await timer;
                return letter;
            }),
            Time);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        await isWaiting.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await host.Client.SuspendInstanceAsync(id, "maintenance");
        await UntilAsync(async () => (await host.Client.GetInstanceAsync(id))!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await host.Client.RaiseEventAsync(id, "letter", "kept");
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal("kept", (await EndOnManualTimeAsync(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_suspended_instance_stays_so_over_a_restart_and_goes_on_after()
    {
        string id;
        await using (var first = await StartAsync(Waiting))
        {
            id = await first.Client.ScheduleNewOrchestrationInstanceAsync("wait");
            await first.Client.SuspendInstanceAsync(id);
            await first.Client.RaiseEventAsync(id, "go", "kept");
        }

        var second = await StartAsync(Waiting);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await second.Client.GetInstanceAsync(id))!.RuntimeStatus);
        await second.Client.ResumeInstanceAsync(id);

        Assert.Equal("kept", (await second.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_instance_ends_with_the_given_output_and_hears_nothing_more()
    {
        var host = await StartAsync(Waiting);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");

        await host.Client.TerminateInstanceAsync(id, (object)"by support");
        await host.Client.RaiseEventAsync(id, "go", "late");

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("by support", ended.ReadOutputAs<string>());
        await host.Client.TerminateInstanceAsync(id);
        await host.Client.TerminateInstanceAsync("nobody");
    }

    [Theory]
    [InlineData(true, OrchestrationRuntimeStatus.Terminated)]
    [InlineData(false, OrchestrationRuntimeStatus.Running)]
    public async Task Children_are_terminated_with_their_parent_only_if_asked(bool recursive, OrchestrationRuntimeStatus expected)
    {
        var host = await StartAsync(registry =>
        {
            Waiting(registry);
            registry.Orchestrator("middle", context =>
                context.CallSubOrchestratorAsync("wait", null, new SubOrchestrationOptions(instanceId: "leaf")));
            registry.Orchestrator("parent", context => context.CallSubOrchestratorAsync("middle"));
        });
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("parent");
        await UntilAsync(async () => await host.Client.GetInstanceAsync("leaf") is not null);

        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions(Recursive: recursive));

        Assert.Equal(expected, (await host.Client.GetInstanceAsync("leaf"))!.RuntimeStatus);
    }

    [Fact]
    public async Task The_custom_status_is_what_a_query_shows_and_has_a_bound()
    {
        var host = await StartAsync(registry => registry.Orchestrator("wait", async context =>
        {
            context.SetCustomStatus(new { step = "holding" });
            await context.WaitForExternalEvent<string>("go");
            Assert.Throws<ArgumentException>(() => context.SetCustomStatus(new string('x', 9_000)));
            context.SetCustomStatus("done");
        }));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        await UntilAsync(async () =>
            (await host.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!.SerializedCustomStatus == """{"step":"holding"}""");

        await host.Client.RaiseEventAsync(id, "go");

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal("done", ended.ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task Only_ended_instances_are_purged_with_their_journals()
    {
        var host = await StartAsync(registry =>
        {
            Waiting(registry);
            registry.Activity<int, int>("work", number => number);
            registry.Orchestrator("child", context => context.CallActivityAsync<int>("work", 1));
            registry.Orchestrator("parent", context => context.CallSubOrchestratorAsync<int>("child"));
        });
        var running = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        var parent = await host.RunAsync("parent");

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(running)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody")).PurgedInstanceCount);
        Assert.Equal(2, (await host.Client.PurgeInstanceAsync(parent.InstanceId, new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);

        Assert.Null(await host.Client.GetInstanceAsync(parent.InstanceId));
        Assert.True((await host.Client.GetInstanceAsync(running))!.IsRunning);
        Assert.Equal(0L, await QueryAsync<long>("SELECT count(*) FROM durable.journal"));
    }

    [Fact]
    public async Task A_purge_by_time_and_state_takes_what_matches()
    {
        var host = await StartAsync(
            registry =>
            {
                registry.Orchestrator("good", _ => Task.CompletedTask);
                registry.Orchestrator("bad", new Func<TaskOrchestrationContext, Task>(_ => throw new TimeoutException()));
            },
            Time);
        foreach (var name in new[] { "good", "bad", "good" })
        {
            await host.RunAsync(name);
            Time.Advance(TimeSpan.FromHours(1));
        }

        var purged = await host.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedTo: Time.GetUtcNow().AddHours(-2), Statuses: [OrchestrationRuntimeStatus.Completed]));
        var rest = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());

        Assert.Equal(1, purged.PurgedInstanceCount);
        Assert.Equal(2, rest.PurgedInstanceCount);
    }

    [Fact]
    public async Task A_query_pages_through_all_instances_that_match()
    {
        var host = await StartAsync(registry =>
        {
            Waiting(registry);
            registry.Orchestrator("nothing", _ => Task.FromResult("x"));
        });
        for (var i = 0; i < 7; i++)
            await host.RunAsync("nothing", instanceId: $"n{i}");

        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", new StartOrchestrationOptions("w"));

        var pages = new List<int>();
        await foreach (var page in host.Client.GetAllInstancesAsync(
            new OrchestrationQuery(InstanceIdPrefix: "n", PageSize: 3, FetchInputsAndOutputs: true)).AsPages())
        {
            pages.Add(page.Values.Count);
            Assert.All(page.Values, found => Assert.Equal("x", found.ReadOutputAs<string>()));
        }

        var running = new List<string>();
        await foreach (var found in host.Client.GetAllInstancesAsync(
            new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running])))
        {
            running.Add(found.InstanceId);
            Assert.Throws<InvalidOperationException>(() => found.ReadOutputAs<string>());
        }

        Assert.Equal([3, 3, 1], pages);
        Assert.Equal(["w"], running);
    }

    [Fact]
    public async Task An_ended_instance_starts_again_with_its_first_input()
    {
        var runs = 0;
        var host = await StartAsync(registry => registry.Orchestrator("echo", context =>
            Task.FromResult($"{context.GetInput<string>()} {Interlocked.Increment(ref runs)}")));
        await host.RunAsync("echo", "hello", "e");

        Assert.Equal("e", await host.Client.RestartAsync("e"));
        Assert.Equal("hello 2", (await host.EndOfAsync("e")).ReadOutputAs<string>());
        var other = await host.Client.RestartAsync("e", restartWithNewInstanceId: true);

        Assert.NotEqual("e", other);
        Assert.Equal("hello 3", (await host.EndOfAsync(other)).ReadOutputAs<string>());
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody"));
    }

    [Fact]
    public async Task Waiting_for_an_instance_that_never_was_is_an_error()
    {
        var host = await StartAsync(Waiting);

        Assert.Null(await host.Client.GetInstanceAsync("nobody"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.WaitForInstanceCompletionAsync("nobody"));
    }
}
