using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Functions;
using ReserveConnect.Support;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Functions;
using Xunit;

namespace ReserveConnect.Tests.Azure;

/// <summary>What is the official worker's way with requests and other calls, and not the embedded host's.</summary>
public sealed class WorkerFrontTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData("/api/health?probe=live")]
    [InlineData("/api/health/live?probe=ready&cancellation=x&request=x")]
    public async Task A_parameter_may_come_from_the_query_and_what_is_none_of_its_business_does_not(string path)
    {
        var answer = await market.Api.GetFromJsonAsync<JsonNode>(path);

        Assert.Equal("live", answer!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_worker_offers_its_host_every_function_that_is_approved()
    {
        using var host = Build(_ => { });
        var calls = await FunctionCalls.LoadAsync(host.Services, typeof(ReserveConnectApp).Assembly, () => null!);

        Assert.Equal(FunctionList.Lines.Select(line => line.Split(' ')[0]).Order(), calls.All.Select(f => f.Name).Order());
    }

    [Fact]
    public async Task What_is_no_request_goes_through_the_application_s_middleware_too()
    {
        var (called, stamps) = (new List<string>(), new List<RequestStamp?>());
        // Behind the application's own, and in the place of the function.
        using var host = Build(builder => builder.UseMiddleware((context, _) =>
        {
            called.Add(context.FunctionDefinition.Name);
            stamps.Add(RequestStamp.Current);
            context.GetInvocationResult().Value = "answered";
            return Task.CompletedTask;
        }));
        var calls = await FunctionCalls.LoadAsync(host.Services, typeof(ReserveConnectApp).Assembly, () => null!);
        var others = calls.All.Where(f => !f.IsCalledBy("httpTrigger")).ToList();

        // What set it going is forgotten by the application's own middleware.
        RequestStamp.Set(new("somebody", "request"));
        foreach (var function in others)
        {
            Assert.Equal("answered", await calls.CallAsync(function, null, default));
        }

        Assert.Equal(others.Select(f => f.Name), called);
        Assert.Contains("handle_event", called);
        Assert.All(stamps, stamp => Assert.Null(stamp));
    }

    private static IHost Build(Action<FunctionsApplicationBuilder> configure)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        WorkerApplication.BeginWithoutHost(builder, typeof(ReserveConnectApp).Assembly);
        builder.Configuration.AddInMemoryCollection(Settings);
        ReserveConnectApp.Configure(builder);
        configure(builder);
        return builder.Build();
    }

    private static Dictionary<string, string?> Settings => new()
    {
        ["Reserve:Database:ConnectionString"] = "Host=127.0.0.1",
        ["Reserve:Events:DispatchInProcess"] = "true",
        ["Reserve:Operations:Key"] = "operator-key-of-the-tests",
        ["Reserve:Tokens:SigningKeys"] = "of-the-tests:" + Convert.ToBase64String(new byte[32]),
        ["Reserve:Accounts:SecretKeys"] = "of-the-tests:" + Convert.ToBase64String(new byte[32]),
    };
}
