using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReserveConnect.Embedded.Http;
using ReserveConnect.Embedded.Timers;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Puts functions, middleware, HTTP, timers and the durable engine together into one host.</summary>
internal static class HostAssembly
{
    public static IHost Build(
        WebApplicationBuilder web,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware,
        bool servesHttp)
    {
        var functions = FunctionLoader.Load(FunctionTypes(web.Services));
        if (!servesHttp && functions.FirstOrDefault(f => f.Trigger is HttpTriggerAttribute) is { } http)
            throw new StartRefusedException($"function '{http.Name}' has an HTTP trigger: call ConfigureFunctionsWebApplication() on the builder");

        web.Services.AddSingleton(new FunctionCatalog(functions));
        web.Services.AddSingleton(new FunctionPipeline(middleware));
        web.Services.AddSingleton<FunctionRunner>();
        var durable = DurableFunctions.AreAmong(functions);
        if (durable)
            DurableFunctions.Add(web);

        // After the engine, which a timer's function may call; the HTTP server is the last to start and the first to stop.
        var timers = EmbeddedTimers.Add(web, functions);
        if (!servesHttp)
            IdleServer.Add(web.Services);

        var application = web.Build();
        foreach (var function in functions)
            ConstructorDependencies.RequireServices(function, application.Services);

        if (durable)
            DurableFunctions.Register(application.Services, functions);

        if (servesHttp)
            HttpEndpoints.Map(application, functions);

        // Made here, not at the start: a schedule that is none is refused with the other mistakes.
        if (timers && application.Services.GetRequiredService<EmbeddedTimers>() is { } runnable && servesHttp)
            TimerEndpoint.Map(application, runnable);

        return application;
    }

    private static IEnumerable<Type> FunctionTypes(IServiceCollection services)
    {
        var sources = services.Select(d => d.ServiceType == typeof(FunctionSource) ? d.ImplementationInstance as FunctionSource : null).OfType<FunctionSource>().ToList();
        return sources.Count > 0 ? sources.SelectMany(source => source.Types) : Assembly.GetEntryAssembly()?.GetTypes() ?? [];
    }
}
