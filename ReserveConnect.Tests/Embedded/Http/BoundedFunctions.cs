using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Tests.Embedded.Http;

/// <summary>Some functions behind everything that the product's functions stand behind, and nothing else.</summary>
public sealed class BoundedFunctions
{
    private sealed record Note(string Text);

    [Function("read")]
    public IActionResult Read([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notes/{number:int?}")] HttpRequest request, int? number) =>
        new JsonAnswer(new { number, client = request.HttpContext.Connection.RemoteIpAddress?.ToString(), request.Scheme });

    [Function("cached")]
    public IActionResult Cached([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        new JsonAnswer(new { }) { CacheFor = TimeSpan.FromMinutes(1) };

    [Function("write")]
    public async Task<IActionResult> Write([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notes")] HttpRequest request, CancellationToken cancellation)
    {
        var note = await RequestBody.ReadAsync<Note>(request, cancellation);
        return note.Refusal is null ? new JsonAnswer(new { note.Value.Text.Length }) : Problem.From(note.Refusal, request.HttpContext);
    }

    [Function("hook")]
    [Limit(LimitClass.System)]
    public async Task<IActionResult> Hook([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "hooks")] HttpRequest request, CancellationToken cancellation) =>
        new JsonAnswer(new { (await RequestBody.ReadBytesAsync(request, cancellation))!.Value.Length });

    [Function("login")]
    [Limit(LimitClass.Login)]
    public IActionResult Login([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) => new OkResult();

    [Function("parse")]
    public IActionResult Parse([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "days/{day}")] HttpRequest request, DateOnly day) => new JsonAnswer(day);

    [Function("fail")]
    public IActionResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => throw new InvalidOperationException("secret");

    [Function("dawdle")]
    public async Task<IActionResult> Dawdle([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return new OkResult();
    }

    internal static void Configure(FunctionsApplicationBuilder builder, TimeProvider? clock = null)
    {
        builder.UseHttpBounds(FunctionLimits.Of([typeof(BoundedFunctions)]));
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }
    }

    internal static Task<TestHost> StartAsync(Dictionary<string, string?>? settings = null, TimeProvider? clock = null) =>
        TestHost.StartAsync([typeof(BoundedFunctions)], settings, builder => Configure(builder, clock));
}
