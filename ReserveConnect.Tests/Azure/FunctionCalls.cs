using System.ComponentModel;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Tests.Azure;

/// <summary>One method marked as function, and the parameter that its trigger fills.</summary>
internal sealed record FunctionMethod(string Name, MethodInfo Method, ParameterInfo Trigger, Attribute TriggerAttribute);

/// <summary>Calls functions as the worker does: a scope each, parameters by their binding.</summary>
internal sealed class FunctionCalls(Assembly assembly, IServiceProvider services, Func<DurableTaskClient> client)
{
    /// <summary>Every function of the assembly.</summary>
    public IReadOnlyList<FunctionMethod> All { get; } =
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           from parameter in method.GetParameters()
           let trigger = parameter.GetCustomAttributes().FirstOrDefault(a => a.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal))
           where trigger is not null
           select new FunctionMethod(function.Name, method, parameter, trigger),
    ];

    /// <summary>Calls the function of that name.</summary>
    /// <param name="name">The function.</param>
    /// <param name="trigger">What its trigger brings: the request, the orchestration's context, JSON, or a text.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<object?> CallAsync(string name, object? trigger, CancellationToken cancellation) =>
        CallAsync(All.Single(f => f.Name == name), trigger, cancellation);

    /// <inheritdoc cref="CallAsync(string, object?, CancellationToken)"/>
    public async Task<object?> CallAsync(FunctionMethod function, object? trigger, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var target = function.Method.IsStatic ? null : ActivatorUtilities.CreateInstance(scope.ServiceProvider, function.Method.DeclaringType!);
        var arguments = function.Method.GetParameters().Select(p => Bind(function, p, trigger, cancellation)).ToArray();
        object? result;
        try
        {
            result = function.Method.Invoke(target, arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }

        if (result is not Task task)
        {
            return result;
        }

        await task;
        return function.Method.ReturnType.IsGenericType ? task.GetType().GetProperty("Result")!.GetValue(task) : null;
    }

    private object? Bind(FunctionMethod function, ParameterInfo parameter, object? trigger, CancellationToken cancellation)
    {
        if (parameter == function.Trigger)
        {
            return trigger is JsonElement json ? json.Deserialize(parameter.ParameterType, JsonSerializerOptions.Web) : trigger;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return cancellation;
        }

        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
        {
            return client();
        }

        var text = trigger is HttpRequest request ? request.HttpContext.GetRouteValue(parameter.Name!)?.ToString() : null;
        return text is null ? null : TypeDescriptor.GetConverter(parameter.ParameterType).ConvertFromInvariantString(text);
    }
}
