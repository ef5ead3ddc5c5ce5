using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>The route of an HTTP function, below the route prefix.</summary>
internal sealed class HttpRoute
{
    private readonly RoutePattern _pattern;
    private readonly string _where;

    private HttpRoute(RoutePattern pattern, string where)
    {
        _pattern = pattern;
        _where = where;
    }

    /// <exception cref="StartRefusedException">The template is not one.</exception>
    public static HttpRoute Parse(HttpTriggerAttribute trigger, MethodInfo method, string where)
    {
        try
        {
            return new HttpRoute(RoutePatternFactory.Parse(Template(trigger, method)), where);
        }
        catch (RoutePatternException broken)
        {
            throw new StartRefusedException($"{where}: route '{trigger.Route}' is not a route template: {broken.Message}", broken);
        }
    }

    /// <summary>The template: the attribute's route, or the function's name.</summary>
    public static string Template(HttpTriggerAttribute trigger, MethodInfo method) =>
        trigger.Route ?? method.GetCustomAttribute<FunctionAttribute>()!.Name;

    /// <summary>The value of a parameter named in the route; null where the route has no such name or no value can be of that type.</summary>
    /// <exception cref="StartRefusedException">The route may leave out what the parameter cannot do without.</exception>
    public Expression? Bind(ParameterInfo parameter, Expression invocation)
    {
        var part = _pattern.GetParameter(parameter.Name!);
        if (part is null)
            return null;

        var type = parameter.ParameterType;
        if (part.IsOptional && part.Default is null && type.IsValueType && Nullable.GetUnderlyingType(type) is null && !parameter.HasDefaultValue)
            throw new StartRefusedException($"{_where}: parameter '{parameter.Name}' must be nullable or have a default value, as the route has '{{{parameter.Name}?}}'");

        return RouteValue.Read(parameter, invocation);
    }
}
