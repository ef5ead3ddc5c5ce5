using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;

namespace ReserveConnect.Functions.Idempotency;

/// <summary>
/// The functions whose answers are kept under an Idempotency-Key: all that are posted to, but for webhooks, which have ids of
/// their own, and those that read the header themselves, because they keep their answer in the transaction that makes it true.
/// </summary>
public sealed class KeyedFunctions
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    private readonly IReadOnlySet<string> _names;

    private KeyedFunctions(IReadOnlySet<string> names) => _names = names;

    /// <summary>Reads what the functions of these classes declare.</summary>
    public static KeyedFunctions Of(IEnumerable<Type> types, FunctionAccess access) => new(
        (from type in types
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
         let function = method.GetCustomAttribute<FunctionAttribute>()
         where function is not null && AreKept(method, access[function.Name])
         select function.Name).ToHashSet(StringComparer.Ordinal));

    /// <summary>Whether the answers of a function are kept.</summary>
    public bool Contains(string function) => _names.Contains(function);

    /// <summary>Whether the answers of a method are kept.</summary>
    internal static bool AreKept(MethodInfo method, AccessAttribute access) =>
        access.Callers is not (Callers.Hook or Callers.Host)
        && method.GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .Any(trigger => trigger?.Methods?.Contains(HttpMethods.Post, StringComparer.OrdinalIgnoreCase) == true)
        && !method.GetCustomAttributes<TakesHeaderAttribute>().Any(header => header.Name == Header);
}
