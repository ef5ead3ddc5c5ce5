using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class ActivityFunctionTests
{
    public sealed record Charge(Guid IntentId, decimal Amount);

    public sealed class Ledger
    {
        public List<string> Lines { get; } = [];
    }

    public sealed class Activities(Ledger ledger)
    {
        [Function("take_record")]
        public Task<decimal> TakeRecord([ActivityTrigger] Charge charge, FunctionContext context)
        {
            ledger.Lines.Add($"{context.FunctionDefinition.InputBindings["charge"].Type} {charge.IntentId:D}");
            return Task.FromResult(charge.Amount * 2);
        }

        [Function("take_text")]
        public string TakeText([ActivityTrigger] string text) => text + "!";

        [Function("take_guid")]
        public Task TakeGuid([ActivityTrigger] Guid id)
        {
            ledger.Lines.Add($"{id:D}");
            return Task.CompletedTask;
        }

        [Function("take_nothing")]
        public bool TakeNothing([ActivityTrigger] string? nothing) => nothing is null;

        [Function("take_context")]
        public string TakeContext([ActivityTrigger] FunctionContext context) => context.FunctionDefinition.Name;

        [Function("take_token")]
        public bool TakeToken([ActivityTrigger] object? nothing, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested;

        [Function("throw")]
        public void Throw([ActivityTrigger] string text) => throw new InvalidOperationException(text);

        [Function("renamed")]
        public int Renamed([ActivityTrigger(Activity = "other_name")] int number) => number + 1;
    }

    private static Dictionary<string, string?> Durable(TestDatabase database) => new() { ["Reserve:Database:ConnectionString"] = database.ConnectionString };

    private static async Task<object?> RunAsync(TestHost host, string name, string? input, CancellationToken cancellationToken = default)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var activity = host.Services.GetRequiredService<DurableRegistry>().Activity(name);
        Assert.NotNull(activity);
        return await activity(new ActivityInvocation(scope.ServiceProvider, name, "instance", 1, input, JsonDataConverter.Default, cancellationToken));
    }

    private static Task<TestHost> StartAsync(TestDatabase database, List<string>? seen = null) => TestHost.StartAsync([typeof(Activities)], Durable(database), builder =>
    {
        builder.Services.AddSingleton<Ledger>();
        builder.UseMiddleware((context, next) =>
        {
            seen?.Add(context.FunctionDefinition.Name);
            return next();
        });
    });

    [Fact]
    public async Task An_activity_gets_its_input_as_the_type_it_declares()
    {
        var seen = new List<string>();
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database, seen);

        Assert.Equal(25.0m, await RunAsync(host, "take_record", """{"IntentId":"0198c0de-0000-7000-8000-000000000001","Amount":12.5}"""));
        Assert.Equal("olá!", await RunAsync(host, "take_text", "\"olá\""));
        Assert.Null(await RunAsync(host, "take_guid", "\"0198c0de-0000-7000-8000-000000000002\""));
        Assert.Equal(true, await RunAsync(host, "take_nothing", null));
        Assert.Equal("take_context", await RunAsync(host, "take_context", null));
        Assert.Equal(8, await RunAsync(host, "other_name", "7"));
        Assert.Equal(
            ["activityTrigger 0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"],
            host.Services.GetRequiredService<Ledger>().Lines);
        Assert.Equal(["take_record", "take_text", "take_guid", "take_nothing", "take_context", "renamed"], seen);
    }

    [Fact]
    public async Task An_activity_without_the_input_it_needs_fails()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(host, "take_guid", null));
        Assert.Contains("take_guid got no input", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_activity_throws_comes_out_unchanged()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(host, "throw", "\"no room\""));
        Assert.Equal("no room", failure.Message);
    }

    [Fact]
    public async Task An_activity_gets_the_engines_token()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = await StartAsync(database);

        Assert.Equal(true, await RunAsync(host, "take_token", null, new CancellationToken(canceled: true)));
    }

    public static class SameActivity
    {
        [Function("one")]
        public static void One([ActivityTrigger(Activity = "shared")] string text) => _ = text;

        [Function("other")]
        public static void Other([ActivityTrigger(Activity = "Shared")] string text) => _ = text;
    }

    [Fact]
    public async Task Two_activities_of_one_name_are_refused()
    {
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => TestHost.StartAsync([typeof(SameActivity)], new() { ["Reserve:Database:ConnectionString"] = "Host=127.0.0.1" }));

        Assert.Contains("'other'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Durable_functions_without_a_database_are_refused()
    {
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() =>
            TestHost.StartAsync([typeof(SameActivity)], new() { ["Reserve:Database:ConnectionString"] = "" }));

        Assert.Contains("Reserve:Database:ConnectionString", refusal.Message, StringComparison.Ordinal);
    }
}
