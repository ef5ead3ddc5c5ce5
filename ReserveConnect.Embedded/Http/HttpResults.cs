using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker.Middleware;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>
/// Writes what an HTTP function returned. It is a middleware, as in the official integration: links added after it may still
/// replace the result or set headers once the function has returned.
/// </summary>
internal static class HttpResults
{
    private static readonly ActionDescriptor NoAction = new();

    public static FunctionExecutionDelegate Middleware(FunctionExecutionDelegate next) => async context =>
    {
        await next(context);
        var invocation = Invocation.Of(context);
        if (invocation.HttpContext is { } http)
            await WriteAsync(http, invocation.ResultValue);
    };

    private static Task WriteAsync(HttpContext http, object? result)
    {
        switch (result)
        {
            case IActionResult action:
                return action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));
            case IResult plain:
                return plain.ExecuteAsync(http);
            default:
                // Whatever the function wrote to the response itself is the answer: 200 and no body if it wrote nothing.
                return Task.CompletedTask;
        }
    }
}
