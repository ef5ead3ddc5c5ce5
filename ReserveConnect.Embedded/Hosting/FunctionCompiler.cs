using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Turns a function's method into one delegate, so that an invocation costs no reflection.</summary>
internal static class FunctionCompiler
{
    private static readonly MethodInfo FromTaskOf = typeof(FunctionCompiler).GetMethod(nameof(OfTask), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>
    /// The call: makes the instance, binds each parameter, awaits what comes back. What cannot be called is refused here; it is
    /// compiled when it is first called, because a host has many functions and its start is to be short.
    /// </summary>
    /// <exception cref="StartRefusedException">A parameter or the return type cannot be bound.</exception>
    public static FunctionCall Compile(MethodInfo method, TriggerBindingAttribute trigger, string where)
    {
        var invocation = Expression.Parameter(typeof(Invocation), "invocation");
        var binder = new ParameterBinder(method, trigger, invocation, where);
        var arguments = method.GetParameters().Select(binder.Bind).ToArray();
        var call = Expression.Call(method.IsStatic ? null : Instance(method.DeclaringType!, invocation, where), method, arguments);
        var lambda = Expression.Lambda<FunctionCall>(Awaited(call, where), invocation);
        var compiled = new Lazy<FunctionCall>(lambda.Compile);
        return called => compiled.Value(called);
    }

    private static UnaryExpression Instance(Type type, Expression invocation, string where)
    {
        ConstructorDependencies.RequireOneConstructor(type, where);
        var factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, []));
        var services = Expression.Property(invocation, nameof(Invocation.InstanceServices));
        var make = Expression.Property(Expression.Constant(factory), nameof(factory.Value));
        return Expression.Convert(Expression.Invoke(make, services, Expression.Constant(Array.Empty<object>())), type);
    }

    private static Expression Awaited(MethodCallExpression call, string where)
    {
        var type = call.Type;
        if (type == typeof(void))
            return Expression.Block(call, Expression.Constant(Task.FromResult<object?>(null)));

        if (type == typeof(Task))
            return Expression.Call(typeof(FunctionCompiler), nameof(OfPlainTask), null, call);

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return Expression.Call(FromTaskOf.MakeGenericMethod(type.GetGenericArguments()), call);

        if (type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            throw new StartRefusedException($"{where} returns {type.Name}; the isolated worker awaits Task only");

        return Expression.Call(typeof(Task), nameof(Task.FromResult), [typeof(object)], Expression.Convert(call, typeof(object)));
    }

    private static async Task<object?> OfPlainTask(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> OfTask<T>(Task<T> task) => await task;
}
