using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Documentation;

/// <summary>A function that answers HTTP, with everything that it declares.</summary>
/// <param name="Methods">GET, POST, ...</param>
internal sealed record HttpFunction(
    string Name,
    MethodInfo Method,
    IReadOnlyList<string> Methods,
    RoutePattern Route,
    AccessAttribute Access,
    TakesAttribute? Body,
    TakesQueryAttribute? Query,
    IReadOnlyList<TakesHeaderAttribute> Headers,
    IReadOnlyList<AnswersAttribute> Answers)
{
    /// <summary>The slice that it belongs to.</summary>
    public string Slice => Method.DeclaringType!.Namespace!.Split('.')[^1];

    /// <summary>Every one of an assembly, by name.</summary>
    public static IReadOnlyList<HttpFunction> AllOf(Assembly assembly, FunctionAccess access) =>
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(found => found is not null)
           where trigger is not null
           orderby function.Name
           select Of(function.Name, method, trigger, access[function.Name]),
    ];

    private static HttpFunction Of(string name, MethodInfo method, HttpTriggerAttribute trigger, AccessAttribute access)
    {
        AnswersAttribute[] answers = [.. method.GetCustomAttributes<AnswersAttribute>()];
        if (answers.Length == 0)
        {
            throw new InvalidOperationException($"function {name} does not say what it answers: give it an [Answers<...>]");
        }

        return new(
            name,
            method,
            [.. trigger.Methods!.Select(verb => verb.ToUpperInvariant())],
            RoutePatternFactory.Parse(trigger.Route ?? name),
            access,
            method.GetCustomAttributes<TakesAttribute>().SingleOrDefault(),
            method.GetCustomAttributes<TakesQueryAttribute>().SingleOrDefault(),
            [.. method.GetCustomAttributes<TakesHeaderAttribute>()],
            answers);
    }
}
