using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using ReserveConnect.Embedded.Http;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Decides, once per function at the start, where each parameter comes from.</summary>
internal sealed class ParameterBinder(MethodInfo method, TriggerBindingAttribute trigger, ParameterExpression invocation, string where)
{
    private readonly HttpRoute? _route = trigger is HttpTriggerAttribute http ? HttpRoute.Parse(http, method, where) : null;

    /// <summary>The value of a parameter in terms of the invocation.</summary>
    /// <exception cref="StartRefusedException">Nothing can be bound to it.</exception>
    public Expression Bind(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.IsDefined(typeof(TriggerBindingAttribute)))
            return Trigger(parameter);

        if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } input)
            return DurableBindings.Bind(input, parameter, invocation) ?? throw Unbindable(parameter);

        if (type == typeof(FunctionContext))
            return Expression.Convert(invocation, typeof(FunctionContext));

        if (type == typeof(CancellationToken))
            return Expression.Property(invocation, nameof(Invocation.CancellationToken));

        return _route?.Bind(parameter, invocation) ?? throw Unbindable(parameter);
    }

    private Expression Trigger(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var bindable = trigger switch
        {
            HttpTriggerAttribute => type == typeof(HttpRequest),
            TimerTriggerAttribute => type == typeof(TimerInfo),
            _ => DurableBindings.CanTrigger(trigger, type),
        };
        if (!bindable)
            throw Unbindable(parameter);

        // An activity that has no use for its input may hang its trigger on the context.
        if (type == typeof(FunctionContext))
            return Expression.Convert(invocation, typeof(FunctionContext));

        return trigger is HttpTriggerAttribute
            ? Expression.Property(Expression.Property(invocation, nameof(Invocation.HttpContext)), nameof(HttpContext.Request))
            : Expression.Call(typeof(ParameterBinder), nameof(TriggerValue), [type], invocation);
    }

    private static T TriggerValue<T>(Invocation invocation) => invocation.Trigger is null && default(T) is not null
        ? throw new InvalidOperationException($"{invocation.Function.Name} got no input where it needs a {typeof(T).Name}.")
        : (T)invocation.Trigger!;

    private StartRefusedException Unbindable(ParameterInfo parameter) =>
        new($"{where}: nothing can be bound to parameter '{parameter.Name}' of type {parameter.ParameterType.Name}");
}
