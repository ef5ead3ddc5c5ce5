using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class ContinueAsNewTests : DurableTest
{
    [Fact]
    public async Task It_runs_again_with_the_new_input_and_an_empty_journal()
    {
        var host = await StartAsync(registry =>
        {
            registry.Activity<int, int>("next", number => number + 1);
            registry.Orchestrator("count", async context =>
            {
                var number = await context.CallActivityAsync<int>("next", context.GetInput<int>());
                if (number < 20)
                    context.ContinueAsNew(number);

                return number;
            });
        });

        var ended = await host.RunAsync("count", 0, "counter");

        Assert.Equal(20, ended.ReadOutputAs<int>());
        Assert.Equal(19, ended.ReadInputAs<int>());
        Assert.Equal(2L, await QueryAsync<long>("SELECT count(*) FROM durable.journal"));
    }

    [Theory]
    [InlineData(true, "b")]
    [InlineData(false, "c")]
    public async Task Events_not_yet_waited_for_go_along_if_asked(bool preserve, string second)
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
                var soFar = context.GetInput<string>();
                if (soFar is not null)
                    return soFar + await context.WaitForExternalEvent<string>("letter");

                await context.CallActivityAsync("hold up", 0);
                var letter = await context.WaitForExternalEvent<string>("letter");
                context.ContinueAsNew(letter, preserve);
                return letter;
            });
        });
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("collect");
        await host.Client.RaiseEventAsync(id, "letter", "a");
        await host.Client.RaiseEventAsync(id, "LETTER", "b");
        go.SetResult();
        await UntilAsync(async () =>
            (await host.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!.SerializedInput is not null);
        await host.Client.RaiseEventAsync(id, "letter", "c");

        Assert.Equal("a" + second, (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_is_outstanding_is_dropped()
    {
        var late = new TaskCompletionSource();
        var host = await StartAsync(
            registry =>
            {
                registry.Activity<int, int>("late", async _ =>
                {
                    await late.Task;
                    return 1;
                });
                registry.Orchestrator("again", async context =>
                {
                    if (context.GetInput<bool>())
                    {
                        // The same number as the call of the first run, whose result must not end up here.
                        await context.CreateTimer(TimeSpan.FromHours(2), CancellationToken.None);
                        return context.CurrentUtcDateTime.Hour;
                    }

                    _ = context.CallActivityAsync<int>("late", 0);
                    _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                    await context.WaitForExternalEvent<int>("go");
                    context.ContinueAsNew(true);
                    return 0;
                });
            },
            Time);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("again", false);
        await host.Client.RaiseEventAsync(id, "go", 1);
        await UntilAsync(async () => await QueryAsync<long>("SELECT count(*) FROM durable.journal WHERE kind = 21 AND task = 1") == 1);
        late.SetResult();

        Time.Advance(TimeSpan.FromHours(1));
        Assert.True((await host.Client.GetInstanceAsync(id))!.IsRunning);
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(14, (await EndOnManualTimeAsync(host, id)).ReadOutputAs<int>());
    }
}
