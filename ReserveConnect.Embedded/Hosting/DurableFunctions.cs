using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Durable;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Gives the durable engine the orchestrators and activities among the functions.</summary>
internal static class DurableFunctions
{
    /// <summary>Whether any function needs the durable engine.</summary>
    public static bool AreAmong(IReadOnlyList<LoadedFunction> functions) => functions.Any(function =>
        function.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute
        || function.Method.GetParameters().Any(p => p.IsDefined(typeof(DurableClientAttribute), false)));

    /// <summary>Adds the engine, configured by <c>Reserve:Durable</c>, its database by default the application's.</summary>
    public static void Add(WebApplicationBuilder web)
    {
        var configuration = web.Configuration;
        web.Services.AddDurableEngine(new DurableRegistry(), options =>
        {
            configuration.GetSection("Reserve:Durable").Bind(options);
            if (options.ConnectionString.Length == 0)
                options.ConnectionString = configuration["Reserve:Database:ConnectionString"] ?? "";
        });
    }

    /// <summary>Fills the registry.</summary>
    /// <exception cref="StartRefusedException">Two functions have one durable name, or there is no database.</exception>
    public static void Register(IServiceProvider services, IReadOnlyList<LoadedFunction> functions)
    {
        if (services.GetRequiredService<IOptions<DurableOptions>>().Value.ConnectionString.Length == 0)
            throw new StartRefusedException("Reserve:Database:ConnectionString is not set: durable functions keep their journal in PostgreSQL");

        var registry = services.GetRequiredService<DurableRegistry>();
        var runner = services.GetRequiredService<FunctionRunner>();
        foreach (var function in functions)
            Register(registry, runner, function);
    }

    private static void Register(DurableRegistry registry, FunctionRunner runner, LoadedFunction function)
    {
        try
        {
            switch (function.Trigger)
            {
                case OrchestrationTriggerAttribute orchestration:
                    registry.AddOrchestrator(orchestration.Orchestration ?? function.Name, context => runner.RunOrchestratorAsync(function, context));
                    break;
                case ActivityTriggerAttribute activity:
                    var type = function.TriggerParameter.ParameterType;
                    registry.AddActivity(
                        activity.Activity ?? function.Name,
                        call => runner.RunAsync(function, call.Services, call.GetInput(type), call.CancellationToken));
                    break;
            }
        }
        catch (InvalidOperationException twin)
        {
            throw new StartRefusedException($"function '{function.Name}' ({function.EntryPoint}): {twin.Message}", twin);
        }
    }
}
