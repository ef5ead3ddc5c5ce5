using Microsoft.DurableTask;
using ReserveConnect.Embedded.Durable;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>Orchestrators and activities as lambdas.</summary>
internal static class Registering
{
    public static void Orchestrator<T>(this DurableRegistry registry, string name, Func<TaskOrchestrationContext, Task<T>> code) =>
        registry.AddOrchestrator(name, async context => await code(context));

    public static void Orchestrator(this DurableRegistry registry, string name, Func<TaskOrchestrationContext, Task> code) =>
        registry.AddOrchestrator(name, async context =>
        {
            await code(context);
            return null;
        });

    public static void Activity<TIn, TOut>(this DurableRegistry registry, string name, Func<TIn, TOut> code) =>
        registry.AddActivity(name, invocation => Task.FromResult<object?>(code(invocation.GetInput<TIn>()!)));

    public static void Activity<TIn, TOut>(this DurableRegistry registry, string name, Func<TIn, Task<TOut>> code) =>
        registry.AddActivity(name, async invocation => await code(invocation.GetInput<TIn>()!));
}
