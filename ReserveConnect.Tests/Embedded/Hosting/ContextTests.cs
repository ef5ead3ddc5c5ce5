using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class ContextTests
{
    public sealed class Scoped : IDisposable
    {
        public string Id { get; } = Guid.CreateVersion7().ToString();

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    public sealed class Disposals
    {
        public List<Scoped> Seen { get; } = [];
    }

    public sealed record Seen(string InvocationId, string FunctionId, string Name, string EntryPoint, string TraceParent, string RouteValue, bool SameScope, int RetryCount, string[] Parameters);

    public sealed class Looking(Scoped scoped, Disposals disposals)
    {
        [Function("Look_Around")]
        public IActionResult Look([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "look/{what}")] HttpRequest request, string what, FunctionContext context)
        {
            disposals.Seen.Add(scoped);
            context.Features.Set(scoped);
            var same = ReferenceEquals(scoped, context.InstanceServices.GetRequiredService<Scoped>())
                && ReferenceEquals(scoped, context.Features.Get<Scoped>())
                && ReferenceEquals(request.HttpContext, context.GetHttpContext());
            return new JsonResult(new Seen(
                context.InvocationId,
                context.FunctionId,
                context.FunctionDefinition.Name,
                context.FunctionDefinition.EntryPoint,
                context.TraceContext.TraceParent,
                (string)context.BindingContext.BindingData["what"]!,
                same,
                context.RetryContext.RetryCount,
                [.. context.FunctionDefinition.Parameters.Select(p => $"{p.Type.Name} {p.Name}")]));
        }
    }

    [Fact]
    public async Task Every_invocation_has_a_context_and_a_scope_of_its_own()
    {
        await using var host = await TestHost.StartAsync([typeof(Looking)], configure: builder =>
            builder.Services.AddScoped<Scoped>().AddSingleton<Disposals>());
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/look/here");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await host.Client.SendAsync(request);
        var first = (await response.Content.ReadFromJsonAsync<Seen>())!;
        var second = (await host.Client.GetFromJsonAsync<Seen>("api/look/there"))!;

        Assert.NotEqual(first.InvocationId, second.InvocationId);
        Assert.Equal(first.FunctionId, second.FunctionId);
        Assert.Equal("Look_Around", first.Name);
        Assert.Equal($"{typeof(Looking).FullName}.Look", first.EntryPoint);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", first.TraceParent, StringComparison.Ordinal);
        Assert.Equal(("here", "there"), (first.RouteValue, second.RouteValue));
        Assert.True(first.SameScope && second.SameScope);
        Assert.Equal(0, first.RetryCount);
        Assert.Equal(["HttpRequest request", "String what", "FunctionContext context"], first.Parameters);
        var disposals = host.Services.GetRequiredService<Disposals>().Seen;
        Assert.Equal(2, disposals.Select(s => s.Id).Distinct().Count());
        await host.StopAsync();
        Assert.All(disposals, scoped => Assert.True(scoped.Disposed));
    }

    [Fact]
    public async Task Hosts_side_by_side_do_not_know_of_each_other()
    {
        await using var one = await TestHost.StartAsync([typeof(Looking)], configure: b => b.Services.AddScoped<Scoped>().AddSingleton<Disposals>());
        await using var other = await TestHost.StartAsync([typeof(Http.ResultTests.Answers)]);

        Assert.NotEqual(one.Client.BaseAddress, other.Client.BaseAddress);
        Assert.Equal(200, (int)(await one.Client.GetAsync("api/look/x")).StatusCode);
        Assert.Equal(404, (int)(await other.Client.GetAsync("api/look/x")).StatusCode);
        Assert.Equal(404, (int)(await one.Client.GetAsync("api/ok_object")).StatusCode);
    }
}
