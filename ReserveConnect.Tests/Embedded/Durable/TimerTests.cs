using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class TimerTests : DurableTest
{
    [Fact]
    public async Task A_timer_of_ninety_days_fires_when_the_clock_gets_there_and_not_before()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
            {
                var before = context.CurrentUtcDateTime;
                await context.CreateTimer(TimeSpan.FromDays(90), CancellationToken.None);
                return (context.CurrentUtcDateTime - before).Days;
            }),
            Time);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("wait");
        await WaitingAsync(1);

        Time.Advance(TimeSpan.FromDays(89));
        Assert.True((await host.Client.GetInstanceAsync(id))!.IsRunning);
        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(90, (await EndOnManualTimeAsync(host, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task The_engine_tells_when_the_next_timer_is_due_also_of_an_instance_out_of_memory()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
            {
                await context.CreateTimer(TimeSpan.FromDays(context.GetInput<int>()), CancellationToken.None);
                return 0;
            }),
            Time);
        Assert.Null(host.Engine.NextTimer);
        var begun = Time.GetUtcNow().UtcDateTime;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 9);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("wait", 3);
        await WaitingAsync(2);

        Assert.Equal(begun.AddDays(3), host.Engine.NextTimer!.Value, TimeSpan.FromMinutes(1));
        Time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(() => host.Engine.LoadedInstances == 0);
        Assert.Equal(begun.AddDays(3), host.Engine.NextTimer!.Value, TimeSpan.FromMinutes(1));
        Assert.True(host.Engine.IsIdle);
    }

    [Fact]
    public async Task The_first_of_timer_and_event_wins_and_the_timer_is_cancelled()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("race", async context =>
            {
                using var stop = new CancellationTokenSource();
                var expiry = context.CreateTimer(TimeSpan.FromMinutes(15), stop.Token);
                var paid = context.WaitForExternalEvent<string>("paid");
                if (await Task.WhenAny(expiry, paid) == expiry)
                    return "expired";

                stop.Cancel();
                await Assert.ThrowsAsync<TaskCanceledException>(() => expiry);
                return await paid;
            }),
            Time);
        var paid = await host.Client.ScheduleNewOrchestrationInstanceAsync("race");
        var expired = await host.Client.ScheduleNewOrchestrationInstanceAsync("race");
        await WaitingAsync(2);

        await host.Client.RaiseEventAsync(paid, "paid", "card");
        Assert.Equal("card", (await host.EndOfAsync(paid)).ReadOutputAs<string>());
        Time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("expired", (await EndOnManualTimeAsync(host, expired)).ReadOutputAs<string>());
        Assert.Equal(1L, await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 5"));
    }

    [Fact]
    public async Task Timers_fire_in_the_order_in_which_they_are_due()
    {
        var host = await StartAsync(
            registry => registry.Orchestrator("order", async context =>
            {
                var order = new List<int>();
                await Task.WhenAll(new[] { 3, 1, 2 }.Select(async minutes =>
                {
                    await context.CreateTimer(TimeSpan.FromMinutes(minutes), CancellationToken.None);
                    order.Add(minutes);
                }));
                return order;
            }),
            Time);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("order");
        await WaitingAsync(3);

        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(new[] { 1, 2, 3 }, (await EndOnManualTimeAsync(host, id)).ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task A_timer_in_the_past_fires_at_once_and_a_cancelled_one_never_starts()
    {
        var host = await StartAsync(registry => registry.Orchestrator("past", async context =>
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => context.CreateTimer(TimeSpan.FromDays(1), new(canceled: true)));
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None);
        }));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("past")).RuntimeStatus);
    }

    [Fact]
    public async Task A_timer_that_came_due_while_no_host_ran_fires_at_the_next_start()
    {
        Action<ReserveConnect.Embedded.Durable.DurableRegistry> register = registry => registry.Orchestrator("wait", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "fired";
        });
        string id;
        await using (var first = await StartAsync(register, Time))
        {
            id = await first.Client.ScheduleNewOrchestrationInstanceAsync("wait");
            await WaitingAsync(1);
        }

        Time.Advance(TimeSpan.FromHours(2));
        var second = await StartAsync(register, Time);

        Assert.Equal("fired", (await EndOnManualTimeAsync(second, id)).ReadOutputAs<string>());
    }

    private Task WaitingAsync(int timers) => UntilAsync(async () =>
        await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 21") == timers);
}
