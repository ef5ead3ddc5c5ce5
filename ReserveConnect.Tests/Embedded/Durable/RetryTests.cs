using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable.Execution;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class RetryTests : DurableTest
{
    [Fact]
    public async Task A_policy_tries_again_with_growing_waits_on_the_orchestrations_clock()
    {
        var attempts = new List<DateTimeOffset>();
        var options = new TaskOptions(new RetryPolicy(4, TimeSpan.FromMinutes(1), backoffCoefficient: 2));
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<string, int>("pay", _ =>
                {
                    lock (attempts)
                    {
                        attempts.Add(Time.GetUtcNow());
                        return attempts.Count == 4 ? 7 : throw new TimeoutException("again");
                    }
                });
                registry.Orchestrator("book", context => context.CallActivityAsync<int>("pay", "x", options));
            },
            Time);
        var begun = Time.GetUtcNow();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("book");

        foreach (var (made, wait) in new[] { (1, 1), (2, 2), (3, 4) })
        {
            await TimerSetAsync(made, made);
            Time.Advance(TimeSpan.FromMinutes(wait));
        }

        var ended = await EndOnManualTimeAsync(host, id);

        Assert.Equal(7, ended.ReadOutputAs<int>());
        Assert.Equal([0, 1, 3, 7], attempts.Select(at => (int)(at - begun).TotalMinutes));

        Task TimerSetAsync(int failures, int timers) => UntilAsync(async () =>
            await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 21") == timers && attempts.Count == failures);
    }

    [Fact]
    public async Task The_last_attempts_failure_goes_to_the_caller()
    {
        var attempts = 0;
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, int>("pay", new Func<string, int>(_ => throw new TimeoutException($"attempt {++attempts}")));
            registry.Orchestrator("book", context =>
                context.CallActivityAsync("pay", "x", new TaskOptions(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)))));
        });

        var ended = await host.RunAsync("book");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("attempt 3", ended.FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task A_policy_does_not_try_again_what_it_says_is_hopeless()
    {
        var attempts = 0;
        var policy = new RetryPolicy(5, TimeSpan.FromMilliseconds(1))
        {
            HandleFailure = failure => !failure.IsCausedBy<ArgumentException>(),
        };
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, int>("pay", new Func<string, int>(_ =>
                throw (++attempts == 2 ? new ArgumentException("hopeless") : new TimeoutException("again"))));
            registry.Orchestrator("book", context => context.CallActivityAsync("pay", "x", new TaskOptions(policy)));
        });

        var ended = await host.RunAsync("book");

        Assert.Equal("hopeless", ended.FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_handler_decides_on_each_failure_and_may_wait()
    {
        var attempts = 0;
        var seen = new List<int>();
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, int>("pay", _ => ++attempts == 3 ? attempts : throw new TimeoutException("again"));
            registry.Orchestrator("book", context => context.CallActivityAsync<int>("pay", "x", TaskOptions.FromRetryHandler(async retry =>
            {
                seen.Add(retry.LastAttemptNumber);
                await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                return retry.LastFailure.IsCausedBy<TimeoutException>();
            })));
        });

        var ended = await host.RunAsync("book");

        Assert.Equal(3, ended.ReadOutputAs<int>());
        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task A_child_is_tried_again_as_a_new_instance()
    {
        var attempts = 0;
        var host = await StartAsync(registry =>
        {
            registry.Activity<string, int>("pay", _ => ++attempts == 3 ? attempts : throw new TimeoutException("again"));
            registry.Orchestrator("child", context => context.CallActivityAsync<int>("pay", "x"));
            registry.Orchestrator("book", context =>
                context.CallSubOrchestratorAsync<int>("child", options: new TaskOptions(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)))));
        });

        var ended = await host.RunAsync("book");

        Assert.Equal(3, ended.ReadOutputAs<int>());
        Assert.Equal(3L, await QueryAsync<long>("SELECT count(*) FROM durable.instances WHERE name = 'child'"));
    }

    [Theory]
    [InlineData(1, 0, 10)]
    [InlineData(2, 10, 20)]
    [InlineData(3, 30, 25)]
    [InlineData(4, 59, 25)]
    [InlineData(4, 60, null)]
    [InlineData(5, 0, null)]
    public void Waits_grow_up_to_the_longest_and_end_with_the_attempts_or_the_time(int attempt, int secondsSoFar, int? seconds)
    {
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(60));

        var delay = RetryLoop.Delay(policy, attempt, TimeSpan.FromSeconds(secondsSoFar));

        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, delay);
    }

    [Fact]
    public void A_policy_that_cannot_be_meant_is_refused()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, maxRetryInterval: second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, retryTimeout: second / 2));
    }
}
