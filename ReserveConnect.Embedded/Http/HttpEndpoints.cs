using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>Routes each request to its function.</summary>
internal static class HttpEndpoints
{
    public static void Map(WebApplication application, IReadOnlyList<LoadedFunction> functions)
    {
        HttpRouteConflicts.Refuse(functions);
        var runner = application.Services.GetRequiredService<FunctionRunner>();
        var prefix = HostJson.RoutePrefix(application.Services.GetRequiredService<IOptions<EmbeddedHttpOptions>>().Value.HostJsonDirectory);
        // As the official integration has it; the application's options say whom to believe, and by default it is nobody.
        application.UseForwardedHeaders();
        application.UseMiddleware<HostErrors>();
        application.UseRequestTimeouts();
        foreach (var function in functions)
        {
            if (function.Trigger is HttpTriggerAttribute http)
                Map(application, prefix, function, http, runner);
        }
    }

    private static void Map(WebApplication application, string prefix, LoadedFunction function, HttpTriggerAttribute trigger, FunctionRunner runner)
    {
        var route = $"{prefix}/{HttpRoute.Template(trigger, function.Method).TrimStart('/')}";
        var endpoint = application.Map(route, trigger.AuthLevel == AuthorizationLevel.Anonymous ? Run : RunForLoopback).WithDisplayName(function.Name).WithMetadata(function);
        if (trigger.Methods is { Length: > 0 } methods)
            endpoint.WithMetadata(new HttpMethodMetadata(methods));

        Task Run(HttpContext context) => runner.RunAsync(new Invocation(function, null, context, null, context.RequestAborted));

        Task RunForLoopback(HttpContext context)
        {
            if (LocalCaller.Sent(context))
                return Run(context);

            throw new BadHttpRequestException("This function answers callers on this machine only.", StatusCodes.Status401Unauthorized);
        }
    }
}
