using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>Finds two functions that the same request would reach: routing would notice only when the request comes.</summary>
internal static class HttpRouteConflicts
{
    /// <exception cref="StartRefusedException">Two functions answer the same requests.</exception>
    public static void Refuse(IEnumerable<LoadedFunction> functions)
    {
        foreach (var sameShape in functions.Where(f => f.Trigger is HttpTriggerAttribute).GroupBy(Shape, StringComparer.OrdinalIgnoreCase))
        {
            var taken = new Dictionary<string, LoadedFunction>(StringComparer.OrdinalIgnoreCase);
            foreach (var function in sameShape)
            {
                var methods = ((HttpTriggerAttribute)function.Trigger).Methods is { Length: > 0 } named ? named : ["any method"];
                var other = methods.Select(method => taken.GetValueOrDefault(method)).FirstOrDefault(f => f is not null);
                if (other is not null)
                    throw new StartRefusedException($"functions '{other.Name}' and '{function.Name}' both answer {string.Join(", ", methods)} {HttpRoute.Template((HttpTriggerAttribute)function.Trigger, function.Method)}");

                foreach (var method in methods)
                    taken[method] = function;
            }
        }
    }

    // The route without the names of its parameters, which do not tell requests apart.
    private static string Shape(LoadedFunction function)
    {
        var pattern = RoutePatternFactory.Parse(HttpRoute.Template((HttpTriggerAttribute)function.Trigger, function.Method));
        return string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.ParameterKind}{string.Concat(parameter.ParameterPolicies.Select(p => ":" + p.Content))}}}",
            _ => "",
        }))));
    }
}
