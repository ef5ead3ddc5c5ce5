using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace ReserveConnect.Functions.Access;

/// <summary>The declarations of all functions, by function name.</summary>
public sealed class FunctionAccess
{
    private readonly Dictionary<string, AccessAttribute> _declarations;

    private FunctionAccess(Dictionary<string, AccessAttribute> declarations) => _declarations = declarations;

    /// <summary>Reads the declarations of every function of an assembly.</summary>
    /// <exception cref="InvalidOperationException">A function says nothing, or what cannot be.</exception>
    public static FunctionAccess Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return Of(assembly.GetTypes());
    }

    internal static FunctionAccess Of(params IEnumerable<Type> types)
    {
        var declarations = new Dictionary<string, AccessAttribute>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                if (method.GetCustomAttribute<FunctionAttribute>() is { } function)
                {
                    declarations.Add(function.Name, Declared(function.Name, method));
                }
            }
        }

        return new(declarations);
    }

    /// <summary>Who may call a function.</summary>
    /// <exception cref="InvalidOperationException">There is no such function here.</exception>
    public AccessAttribute this[string function] =>
        _declarations.TryGetValue(function, out var declared) ? declared : throw new InvalidOperationException($"nobody said who may call {function}");

    private static AccessAttribute Declared(string function, MethodInfo method)
    {
        var declared = method.GetCustomAttribute<AccessAttribute>() ?? method.DeclaringType!.GetCustomAttribute<AccessAttribute>();
        if (declared is null or { Callers: Callers.None })
        {
            throw new InvalidOperationException($"function {function} does not say who may call it: give it an [Access(...)]");
        }

        var isHttp = method.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null);
        if (isHttp == (declared.Callers == Callers.Host))
        {
            throw new InvalidOperationException(
                isHttp ? $"function {function} answers HTTP, which its host does not call" : $"function {function} is called by its host alone: [Access(Callers.Host)]");
        }

        return declared;
    }
}
