using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>The bindings of Durable Functions: its triggers and its client.</summary>
internal static class DurableBindings
{
    /// <summary>The value of an input binding; null where nothing can be bound.</summary>
    public static Expression? Bind(InputBindingAttribute input, ParameterInfo parameter, Expression invocation)
    {
        if (input is not DurableClientAttribute || parameter.ParameterType != typeof(DurableTaskClient))
            return null;

        var services = Expression.Property(invocation, nameof(Invocation.InstanceServices));
        return Expression.Call(typeof(ServiceProviderServiceExtensions), nameof(ServiceProviderServiceExtensions.GetRequiredService), [typeof(DurableTaskClient)], services);
    }

    /// <summary>Whether the trigger can be bound to a parameter of this type.</summary>
    public static bool CanTrigger(TriggerBindingAttribute trigger, Type type) => trigger switch
    {
        OrchestrationTriggerAttribute => type == typeof(TaskOrchestrationContext),
        ActivityTriggerAttribute => !type.IsByRef && !type.IsPointer,
        _ => false,
    };
}
