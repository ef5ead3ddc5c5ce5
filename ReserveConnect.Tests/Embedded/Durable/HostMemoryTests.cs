using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

[Collection(AloneInItsProcess.Name)]
public sealed class HostMemoryTests : DurableTest
{
    [Fact]
    public async Task Ten_thousand_waiting_instances_cost_rows_and_not_memory()
    {
        const int Instances = 10_000;
        const int Loaded = 200;
        var host = await StartAsync(
            registry => registry.Orchestrator("wait", async context =>
                await context.WaitForExternalEvent<string>("go", TimeSpan.FromDays(30))),
            configure: options => options.MaxLoadedInstances = Loaded);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Instances),
            new ParallelOptions { MaxDegreeOfParallelism = 100 },
            async (number, cancellation) => await host.Client.ScheduleNewOrchestrationInstanceAsync(
                "wait", new StartOrchestrationOptions($"w{number}"), cancellation));

        Assert.InRange(host.Engine.LoadedInstances, 0, Loaded);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, Instances * 500L);
        Assert.Equal((long)Instances, await QueryAsync<long>("SELECT count(*) FROM durable.instances WHERE status = 0"));

        foreach (var number in new[] { 0, 5_000, 9_999 })
        {
            await host.Client.RaiseEventAsync($"w{number}", "go", "went");
            Assert.Equal("went", (await host.EndOfAsync($"w{number}")).ReadOutputAs<string>());
        }
    }
}
