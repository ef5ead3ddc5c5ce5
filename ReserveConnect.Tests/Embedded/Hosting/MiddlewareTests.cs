using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Hosting;

public sealed class MiddlewareTests
{
    public sealed class Trail
    {
        public ConcurrentQueue<string> Steps { get; } = new();
    }

    public sealed class Outer(Trail trail) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trail.Steps.Enqueue("outer in");
            await next(context);
            trail.Steps.Enqueue("outer out");
        }
    }

    public sealed class OnlyDoors(Trail trail) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trail.Steps.Enqueue("doors in");
            await next(context);
            trail.Steps.Enqueue("doors out");
        }
    }

    public sealed class ErrorsToProblems : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            try
            {
                await next(context);
            }
            catch (TimeoutException)
            {
                context.GetHttpContext()!.Response.Headers["X-Seen"] = context.InvocationId;
                context.GetInvocationResult().Value = new StatusCodeResult(StatusCodes.Status503ServiceUnavailable);
            }
        }
    }

    public sealed class Doors(Trail trail)
    {
        [Function("door")]
        public IActionResult Door([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "doors/{number}")] HttpRequest request, int number, FunctionContext context)
        {
            trail.Steps.Enqueue($"door {number} as {context.Items["who"]}");
            return new OkResult();
        }

        [Function("window")]
        public IActionResult Window([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => throw new TimeoutException();
    }

    [Fact]
    public async Task Middleware_runs_in_the_order_it_was_added_and_around_what_it_picks()
    {
        await using var host = await TestHost.StartAsync([typeof(Doors)], configure: builder =>
        {
            builder.Services.AddSingleton<Trail>();
            builder.UseMiddleware<Outer>();
            builder.UseWhen<OnlyDoors>(context => context.FunctionDefinition.Name == "door");
            builder.UseMiddleware((context, next) =>
            {
                context.Items["who"] = context.FunctionDefinition.InputBindings.Values.Single().Type;
                return next();
            });
            builder.UseMiddleware<ErrorsToProblems>();
        });
        var trail = host.Services.GetRequiredService<Trail>();

        using var door = await host.Client.GetAsync("api/doors/7");
        Assert.Equal(HttpStatusCode.OK, door.StatusCode);
        Assert.Equal(["outer in", "doors in", "door 7 as httpTrigger", "doors out", "outer out"], trail.Steps);

        trail.Steps.Clear();
        using var window = await host.Client.GetAsync("api/window");
        Assert.Equal(["outer in", "outer out"], trail.Steps);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, window.StatusCode);
        Assert.Single(window.Headers.GetValues("X-Seen"));
    }

    [Fact]
    public async Task Middleware_that_does_not_go_on_skips_the_function_and_answers_itself()
    {
        await using var host = await TestHost.StartAsync([typeof(Doors)], configure: builder =>
        {
            builder.Services.AddSingleton<Trail>();
            builder.UseMiddleware((context, _) =>
            {
                context.GetInvocationResult().Value = new StatusCodeResult(StatusCodes.Status418ImATeapot);
                return Task.CompletedTask;
            });
        });
        using var response = await host.Client.GetAsync("api/doors/1");

        Assert.Equal(StatusCodes.Status418ImATeapot, (int)response.StatusCode);
        Assert.Empty(host.Services.GetRequiredService<Trail>().Steps);
    }

    [Fact]
    public async Task A_value_in_the_path_that_is_none_reaches_middleware_as_a_bad_request()
    {
        BadHttpRequestException? seen = null;
        await using var host = await TestHost.StartAsync([typeof(Doors)], configure: builder =>
        {
            builder.Services.AddSingleton<Trail>();
            builder.UseMiddleware(async (_, next) => seen = await Assert.ThrowsAsync<BadHttpRequestException>(next));
        });
        using var response = await host.Client.GetAsync("api/doors/front");

        Assert.Equal(StatusCodes.Status400BadRequest, seen?.StatusCode);
    }
}
