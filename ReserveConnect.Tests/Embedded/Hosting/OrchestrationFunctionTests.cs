using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Durable.Journal;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class OrchestrationFunctionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public sealed record Stay(string Unit, int Nights);

    public sealed class Trail
    {
        public ConcurrentQueue<string> Steps { get; } = new();
    }

    public sealed class Booking(Trail trail)
    {
        [Function("start_booking")]
        public static async Task<IActionResult> Start(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "bookings/{id:guid}")] HttpRequest request,
            [DurableClient] DurableTaskClient client,
            Guid id,
            CancellationToken cancellationToken)
        {
            var stay = await request.ReadFromJsonAsync<Stay>(cancellationToken);
            await client.ScheduleNewOrchestrationInstanceAsync("book", stay, new StartOrchestrationOptions($"{id:D}"), cancellationToken);
            return new AcceptedResult();
        }

        [Function("book")]
        public static async Task<decimal> Book([OrchestrationTrigger] TaskOrchestrationContext context, FunctionContext functionContext)
        {
            var stay = context.GetInput<Stay>()!;
            var price = await context.CallActivityAsync<decimal>("price", stay);
            var paid = await context.WaitForExternalEvent<bool>("paid");
            return paid ? price : functionContext.FunctionDefinition.Name.Length - 4;
        }

        [Function("price")]
        public Task<decimal> Price([ActivityTrigger] Stay stay)
        {
            trail.Steps.Enqueue($"price {stay.Unit}");
            return Task.FromResult(stay.Nights * 120.50m);
        }

        [Function("hopeless")]
        public static Task Hopeless([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("refuse", "no room");

        [Function("refuse")]
        public static void Refuse([ActivityTrigger] string reason) => throw new InvalidOperationException(reason);
    }

    private static Task<TestHost> StartAsync(TestDatabase database, Trail trail) => TestHost.StartAsync(
        [typeof(Booking)],
        new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString },
        builder =>
        {
            builder.Services.AddSingleton(trail);
            builder.UseMiddleware(async (context, next) =>
            {
                trail.Steps.Enqueue($"{context.FunctionDefinition.Name} in");
                await next();
                trail.Steps.Enqueue($"{context.FunctionDefinition.Name} out");
            });
        });

    private static DurableTaskClient Client(TestHost host) => host.Services.GetRequiredService<DurableTaskClient>();

    private static async Task<OrchestrationMetadata> EndAsync(TestHost host, string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await Client(host).WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, patience.Token);
    }

    [Fact]
    public async Task An_orchestration_runs_from_the_request_that_starts_it_across_a_restart_to_its_result()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var trail = new Trail();
        var id = $"{Guid.CreateVersion7():D}";
        await using (var first = await StartAsync(database, trail))
        {
            using var accepted = await first.Client.PostAsJsonAsync($"api/bookings/{id}", new Stay("u7", 2));
            Assert.Equal(StatusCodes.Status202Accepted, (int)accepted.StatusCode);
            await EventuallyAsync(() => trail.Steps.Contains("price out"));
        }

        await using var second = await StartAsync(database, trail);
        await Client(second).RaiseEventAsync(id, "paid", true);
        var end = await EndAsync(second, id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(241.00m, end.ReadOutputAs<decimal>());
        Assert.Equal(1, trail.Steps.Count(step => step == "price u7"));
        // The orchestrator's code ran twice, the second time from the journal; it went through the middleware each time.
        Assert.Equal(2, trail.Steps.Count(step => step == "book in"));
        Assert.Equal(1, trail.Steps.Count(step => step == "book out"));
    }

    [Fact]
    public async Task What_an_activity_throws_fails_the_orchestration_that_does_not_catch_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database, new Trail());
        var id = await Client(host).ScheduleNewOrchestrationInstanceAsync("hopeless");
        var end = await EndAsync(host, id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("no room", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(host.Log.Lines, line => line.Level == LogLevel.Error && line.Message.StartsWith("refuse (", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_host_on_the_same_database_says_so_and_does_not_start()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database, new Trail());

        await Assert.ThrowsAsync<DurableHostConflictException>(() => TestHost.StartAsync(
            [typeof(Booking)],
            new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString, ["Reserve:Durable:HostLockTimeout"] = "00:00:00.2" },
            builder => builder.Services.AddSingleton<Trail>()));
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(5, patience.Token);
    }
}
