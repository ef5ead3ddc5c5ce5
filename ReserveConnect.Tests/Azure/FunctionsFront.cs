using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReserveConnect.Tests.Azure;

/// <summary>The HTTP functions on Kestrel, by the routes of their attributes.</summary>
internal sealed class FunctionsFront : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FunctionsFront(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FunctionsFront> StartAsync(FunctionCalls functions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddMvcCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        foreach (var function in functions.All)
        {
            if (function.TriggerAttribute is HttpTriggerAttribute http)
            {
                app.MapMethods($"/api/{http.Route ?? function.Name}", http.Methods!, context => AnswerAsync(functions, function, context));
            }
        }

        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(FunctionCalls functions, FunctionMethod function, HttpContext context)
    {
        try
        {
            if (await functions.CallAsync(function, context.Request, context.RequestAborted) is IActionResult result)
            {
                await result.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor()));
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // The worker's middleware answers with a problem; a test wants to know what it was.
            await Results.Json(new { failure = e.ToString() }, statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(context);
        }
    }
}
