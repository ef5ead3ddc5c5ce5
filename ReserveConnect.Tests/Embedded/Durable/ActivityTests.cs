using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class ActivityTests : DurableTest
{
    private sealed record Quote(string Unit, decimal Amount, DateOnly Night);

    [Fact]
    public async Task An_orchestration_chains_activities_and_gives_its_output()
    {
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, string>("greet", name => $"Olá, {name}");
            registry.Orchestrator("greet all", async context =>
            {
                var greetings = new List<string>();
                foreach (var name in context.GetInput<string[]>()!)
                    greetings.Add(await context.CallActivityAsync<string>("Greet", name));

                return greetings;
            });
        });

        var ended = await host.RunAsync("Greet All", new[] { "Ana", "João" });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(["Olá, Ana", "Olá, João"], ended.ReadOutputAs<string[]>()!);
        Assert.Equal(["Ana", "João"], ended.ReadInputAs<string[]>()!);
    }

    [Fact]
    public async Task Activities_called_together_run_together_and_give_their_results_in_order()
    {
        var meet = new TaskCompletionSource();
        var running = 0;
        var host = await StartAsync(registry =>
        {
            registry.Activity<int, int>("square", async number =>
            {
                if (Interlocked.Increment(ref running) == 3)
                    meet.SetResult();

                await meet.Task;
                return number * number;
            });
            registry.Orchestrator("squares", async context =>
                await Task.WhenAll(new[] { 1, 2, 3 }.Select(number => context.CallActivityAsync<int>("square", number))));
        });

        var ended = await host.RunAsync("squares");

        Assert.Equal([1, 4, 9], ended.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task The_engine_is_idle_only_while_every_instance_waits()
    {
        var work = new TaskCompletionSource();
        var host = await StartAsync(registry =>
        {
            registry.Activity<int, int>("work", async number =>
            {
                await work.Task;
                return number;
            });
            registry.Orchestrator("works", async context =>
            {
                await context.CallActivityAsync<int>("work", 1);
                return await context.WaitForExternalEvent<string>("enough");
            });
        });
        Assert.True(host.Engine.IsIdle);

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("works");
        Assert.False(host.Engine.IsIdle);
        work.SetResult();
        await UntilAsync(() => host.Engine.IsIdle);
        await host.Client.RaiseEventAsync(id, "enough", "yes");

        await host.EndOfAsync(id);
        await UntilAsync(() => host.Engine.IsIdle);
    }

    [Fact]
    public async Task Records_decimals_and_dates_pass_unchanged()
    {
        var host = await StartAsync(registry =>
        {
            registry.Activity<Quote, Quote>("double", quote => quote with { Amount = quote.Amount * 2 });
            registry.Orchestrator("quote", context =>
                context.CallActivityAsync<Quote>("double", context.GetInput<Quote>()));
        });

        var ended = await host.RunAsync("quote", new Quote("Chalé \u0000 \"7\" 🏔", 199.95m, new(2026, 7, 31)));

        Assert.Equal(new("Chalé \u0000 \"7\" 🏔", 399.90m, new(2026, 7, 31)), ended.ReadOutputAs<Quote>());
    }

    [Fact]
    public async Task A_failed_activity_is_thrown_where_it_is_awaited_with_type_message_and_cause()
    {
        TaskFailedException? seen = null;
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, string>("pay", new Func<string, string>(_ =>
                throw new InvalidOperationException("declined", new TimeoutException("no answer"))));
            registry.Orchestrator("book", async context =>
            {
                try
                {
                    await context.CallActivityAsync<string>("pay", "x");
                }
                catch (TaskFailedException failed)
                {
                    seen = failed;
                }
            });
        });

        var ended = await host.RunAsync("book");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.NotNull(seen);
        Assert.Equal("pay", seen.TaskName);
        Assert.Equal("Task 'pay' (#1) failed with an unhandled exception: declined", seen.Message);
        Assert.Equal("System.InvalidOperationException", seen.FailureDetails.ErrorType);
        Assert.True(seen.FailureDetails.IsCausedBy<InvalidOperationException>());
        Assert.True(seen.FailureDetails.IsCausedBy<SystemException>());
        Assert.False(seen.FailureDetails.IsCausedBy<TimeoutException>());
        Assert.Equal("no answer", seen.FailureDetails.InnerFailure!.ErrorMessage);
        Assert.Contains(nameof(ActivityTests), seen.FailureDetails.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestration_that_does_not_catch_fails_with_the_details()
    {
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, string>("pay", new Func<string, string>(_ => throw new InvalidOperationException("declined")));
            registry.Orchestrator("book", context => context.CallActivityAsync("pay", "x"));
            registry.Orchestrator("throw at once", new Func<TaskOrchestrationContext, Task>(_ => throw new ArgumentException("no")));
        });

        var ended = await host.RunAsync("book");
        var thrown = await host.RunAsync("throw at once");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("Microsoft.DurableTask.TaskFailedException", ended.FailureDetails!.ErrorType);
        Assert.Equal("declined", ended.FailureDetails.InnerFailure!.ErrorMessage);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, thrown.RuntimeStatus);
        Assert.Equal("no", thrown.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task An_unknown_activity_fails_clearly_and_is_not_tried_again()
    {
        var host = await StartAsync(registry => registry.Orchestrator("book", context =>
            context.CallActivityAsync("nobody", options: new TaskOptions(new RetryPolicy(5, TimeSpan.FromHours(1))))));

        var ended = await host.RunAsync("book");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("ActivityTaskNotFound", ended.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Contains("nobody", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_orchestrator_is_refused_and_nothing_is_written()
    {
        var host = await StartAsync(_ => { });

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync("nobody"));

        Assert.Equal(0L, await QueryAsync<long>("SELECT count(*) FROM durable.instances"));
    }

    [Fact]
    public async Task No_more_activities_run_at_once_than_the_bound_says()
    {
        var running = 0;
        var most = 0;
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<int, int>("work", async number =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Delay(5);
                    Interlocked.Decrement(ref running);
                    return number;
                });
                registry.Orchestrator("all", async context =>
                    (await Task.WhenAll(Enumerable.Range(0, 20).Select(number => context.CallActivityAsync<int>("work", number)))).Sum());
            },
            configure: options => options.MaxParallelActivities = 3);

        var ended = await host.RunAsync("all");

        Assert.Equal(190, ended.ReadOutputAs<int>());
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_result_over_the_bound_is_the_activitys_failure()
    {
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<int, string>("long", length => new string('x', length));
                registry.Orchestrator("all", context => context.CallActivityAsync<string>("long", 2_000));
            },
            configure: options => options.MaxPayloadLength = 1_000);

        var ended = await host.RunAsync("all");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("1000 are allowed", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
