using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class ChildTests : DurableTest
{
    [Fact]
    public async Task A_child_gives_its_output_and_knows_its_parent()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("child", context =>
                Task.FromResult($"{context.GetInput<string>()} of {context.Parent!.Name} {context.Parent.InstanceId}"));
            registry.Orchestrator("parent", context => context.CallSubOrchestratorAsync<string>("child", "child"));
        });

        var ended = await host.RunAsync("parent", instanceId: "p1");

        Assert.Equal("child of parent p1", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_childs_failure_is_thrown_in_the_parent()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("child", new Func<TaskOrchestrationContext, Task>(_ => throw new TimeoutException("too late")));
            registry.Orchestrator("parent", async context =>
            {
                try
                {
                    await context.CallSubOrchestratorAsync("child");
                    return "?";
                }
                catch (TaskFailedException failed)
                {
                    return $"{failed.TaskName}: {failed.FailureDetails}";
                }
            });
        });

        Assert.Equal("child: System.TimeoutException: too late", (await host.RunAsync("parent")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_child_may_be_given_an_id_and_one_that_is_taken_is_the_calls_failure()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("child", context => context.WaitForExternalEvent<string>("go"));
            registry.Orchestrator("parent", context =>
                context.CallSubOrchestratorAsync<string>("child", null, new SubOrchestrationOptions(instanceId: "the child")));
        });
        var first = await host.Client.ScheduleNewOrchestrationInstanceAsync("parent");
        await UntilAsync(async () => await host.Client.GetInstanceAsync("the child") is not null);

        var second = await host.RunAsync("parent");
        await host.Client.RaiseEventAsync("the child", "go", "went");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, second.RuntimeStatus);
        Assert.Contains("the child", second.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("went", (await host.EndOfAsync(first)).ReadOutputAs<string>());

        var third = await host.Client.ScheduleNewOrchestrationInstanceAsync("parent");
        await UntilAsync(async () => (await host.Client.GetInstanceAsync("the child"))!.IsRunning);
        await host.Client.RaiseEventAsync("the child", "go", "again");
        Assert.Equal("again", (await host.EndOfAsync(third)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_child_that_nobody_registered_fails_clearly()
    {
        var host = await StartAsync(registry =>
            registry.Orchestrator("parent", context => context.CallSubOrchestratorAsync("nobody")));

        var ended = await host.RunAsync("parent");

        Assert.Equal("OrchestratorTaskNotFound", ended.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task Many_children_run_together()
    {
        var host = await StartAsync(registry =>
        {
            registry.Activity<int, int>("square", number => number * number);
            registry.Orchestrator("child", context => context.CallActivityAsync<int>("square", context.GetInput<int>()));
            registry.Orchestrator("parent", async context => (await Task.WhenAll(
                Enumerable.Range(1, 50).Select(number => context.CallSubOrchestratorAsync<int>("child", number)))).Sum());
        });

        Assert.Equal(42_925, (await host.RunAsync("parent")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_terminated_child_is_a_failure_to_its_parent()
    {
        var host = await StartAsync(registry =>
        {
            registry.Orchestrator("child", context => context.WaitForExternalEvent<string>("go"));
            registry.Orchestrator("parent", context =>
                context.CallSubOrchestratorAsync<string>("child", null, new SubOrchestrationOptions(instanceId: "child")));
        });
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("parent");
        await UntilAsync(async () => await host.Client.GetInstanceAsync("child") is not null);

        await host.Client.TerminateInstanceAsync("child");

        var ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("terminated", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_ends_while_its_parent_is_out_of_memory()
    {
        var host = await StartAsync(
            registry =>
            {
                registry.Orchestrator("child", context => context.WaitForExternalEvent<string>("go"));
                registry.Orchestrator("parent", context =>
                    context.CallSubOrchestratorAsync<string>("child", null, new SubOrchestrationOptions(instanceId: "child")));
            },
            configure: options => options.IdleBeforeUnload = TimeSpan.FromMilliseconds(20));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("parent");
        await UntilAsync(async () => await host.Client.GetInstanceAsync("child") is not null);
        await UntilAsync(() => host.Engine.LoadedInstances == 0);

        await host.Client.RaiseEventAsync("child", "go", "went");

        Assert.Equal("went", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
