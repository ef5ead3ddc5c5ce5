using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace ReserveConnect.Embedded.Hosting;

/// <summary>Finds the methods marked with <see cref="FunctionAttribute"/> and refuses those that could never run.</summary>
internal static class FunctionLoader
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The functions of the given classes, ordered by name.</summary>
    /// <exception cref="StartRefusedException">A function cannot run as declared.</exception>
    public static IReadOnlyList<LoadedFunction> Load(IEnumerable<Type> types)
    {
        var functions = types
            .Distinct()
            .SelectMany(type => type.GetMethods(Declared))
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))
            .Select(Load)
            .OrderBy(function => function.Name, StringComparer.Ordinal)
            .ToList();

        var twins = functions.GroupBy(function => function.Id).FirstOrDefault(group => group.Count() > 1);
        if (twins is not null)
            throw new StartRefusedException($"function '{twins.First().Name}' is declared more than once: {string.Join(" and ", twins.Select(f => f.EntryPoint))}");

        return functions;
    }

    private static LoadedFunction Load(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        var where = $"function '{name}' ({method.DeclaringType!.FullName}.{method.Name})";
        if (string.IsNullOrWhiteSpace(name))
            throw new StartRefusedException($"{where} has an empty name");

        if (!method.IsPublic || method.IsGenericMethodDefinition || method.DeclaringType.IsGenericTypeDefinition || (method.DeclaringType.IsAbstract && !method.IsStatic))
            throw new StartRefusedException($"{where} must be a public, non-generic method of a class that can be made");

        var triggers = method.GetParameters().SelectMany(p => p.GetCustomAttributes<TriggerBindingAttribute>()).ToList();
        if (triggers.Count != 1)
            throw new StartRefusedException($"{where} has {triggers.Count} trigger parameters; a function has exactly one");

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new StartRefusedException($"{where} is async void: nobody could await it; return Task");

        return new LoadedFunction(name, method, triggers[0], FunctionCompiler.Compile(method, triggers[0], where));
    }
}
