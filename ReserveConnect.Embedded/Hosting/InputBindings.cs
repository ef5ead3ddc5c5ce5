using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>The bindings of Durable Functions: its triggers and its client.</summary>
internal static class InputBindings
{
    /// <summary>The value of an input binding; null where the host does not know it.</summary>
    public static Expression? Bind(InputBindingAttribute input, ParameterInfo parameter, Expression invocation) => null;

    /// <summary>Whether the trigger can be bound to a parameter of this type.</summary>
    public static bool CanTrigger(TriggerBindingAttribute trigger, Type type) => false;
}
