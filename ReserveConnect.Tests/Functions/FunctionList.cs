using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions;

namespace ReserveConnect.Tests.Functions;

/// <summary>The functions of the application as lines: name, trigger, methods, route or schedule; other bindings last.</summary>
internal static class FunctionList
{
    /// <summary>One line per function, by name.</summary>
    public static IReadOnlyList<string> Lines { get; } =
    [
        .. (from type in typeof(ReserveConnectApp).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select Line(function.Name, method)).Order(StringComparer.Ordinal),
    ];

    private static string Line(string name, MethodInfo method)
    {
        var bindings = method.GetParameters()
            .SelectMany(p => p.GetCustomAttributes())
            .Select(a => (Kind: a.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal), Attribute: a))
            .Where(b => b.Attribute is global::Microsoft.Azure.Functions.Worker.Extensions.Abstractions.BindingAttribute)
            .ToList();
        var trigger = bindings.Single(b => b.Kind.EndsWith("Trigger", StringComparison.Ordinal));
        var others = bindings.Where(b => b != trigger).Select(b => b.Kind);
        return string.Join(" | ", [name, trigger.Kind, .. Details(trigger.Attribute), .. others]);
    }

    private static IEnumerable<string> Details(Attribute trigger) => trigger switch
    {
        HttpTriggerAttribute http => [string.Join(',', http.Methods!).ToUpperInvariant(), $"/api/{http.Route}", $"{http.AuthLevel}"],
        TimerTriggerAttribute timer => [timer.Schedule],
        // Of a type that only one host has: by the names of its properties.
        _ => from name in new[] { "TopicName", "SubscriptionName", "Connection" }
             let value = trigger.GetType().GetProperty(name)?.GetValue(trigger)
             where value is not null
             select $"{value}",
    };
}
