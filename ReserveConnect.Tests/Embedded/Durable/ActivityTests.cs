using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class ActivityTests
{
    [Fact]
    public async Task An_orchestration_chains_activities_and_gives_its_output()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await DurableHost.StartAsync(database.ConnectionString, registry =>
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
}
