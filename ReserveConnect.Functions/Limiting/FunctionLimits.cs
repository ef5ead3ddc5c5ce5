using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace ReserveConnect.Functions.Limiting;

/// <summary>The classes of all functions, by function name.</summary>
public sealed class FunctionLimits
{
    private FunctionLimits(IReadOnlyDictionary<string, LimitClass> declared) => Declared = declared;

    /// <summary>Those functions that say something.</summary>
    public IReadOnlyDictionary<string, LimitClass> Declared { get; }

    /// <summary>Reads what the functions of these classes declare.</summary>
    public static FunctionLimits Of(IEnumerable<Type> types) => new(
        (from type in types
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
         let function = method.GetCustomAttribute<FunctionAttribute>()
         let declared = method.GetCustomAttribute<LimitAttribute>() ?? type.GetCustomAttribute<LimitAttribute>()
         where function is not null && declared is not null
         select (function.Name, declared.Limit)).ToDictionary(f => f.Name, f => f.Limit, StringComparer.Ordinal));

    /// <summary>The class of a function.</summary>
    public LimitClass this[string function] => Declared.GetValueOrDefault(function, LimitClass.General);
}
