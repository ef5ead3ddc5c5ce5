using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>A value from the URL's path as what the function's parameter declares.</summary>
internal static class RouteValue
{
    private static readonly Type[] Parsed = [typeof(Guid), typeof(int), typeof(long), typeof(bool), typeof(DateOnly)];

    /// <summary>Reads the parameter from the request; null where a path cannot carry its type.</summary>
    public static Expression? Read(ParameterInfo parameter, Expression invocation)
    {
        var type = parameter.ParameterType;
        var name = Expression.Constant(parameter.Name);
        var defaultValue = parameter.HasDefaultValue && parameter.DefaultValue is not null ? parameter.DefaultValue : null;
        if (type == typeof(string))
            return Expression.Call(typeof(RouteValue), nameof(Text), null, invocation, name, Expression.Constant(defaultValue, typeof(string)));

        var underlying = Nullable.GetUnderlyingType(type);
        if (!Parsed.Contains(underlying ?? type))
            return null;

        return underlying is null
            ? Expression.Call(typeof(RouteValue), nameof(Required), [type], invocation, name, Expression.Constant(defaultValue ?? Activator.CreateInstance(type), type))
            : Expression.Call(typeof(RouteValue), nameof(Optional), [underlying], invocation, name, Expression.Constant(defaultValue, type));
    }

    private static string? Text(Invocation invocation, string name, string? defaultValue) => Raw(invocation, name) ?? defaultValue;

    private static T Required<T>(Invocation invocation, string name, T defaultValue)
        where T : struct, IParsable<T> =>
        Raw(invocation, name) is { } text ? Parse<T>(name, text) : defaultValue;

    private static T? Optional<T>(Invocation invocation, string name, T? defaultValue)
        where T : struct, IParsable<T> =>
        Raw(invocation, name) is { } text ? Parse<T>(name, text) : defaultValue;

    private static string? Raw(Invocation invocation, string name) =>
        invocation.HttpContext!.Request.RouteValues.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static T Parse<T>(string name, string text)
        where T : struct, IParsable<T> =>
        TryParse(text, out T value) ? value : throw new BadHttpRequestException($"'{name}' in the path is not a valid {Describe(typeof(T))}.");

    // A date means the same to every reader only in ISO order; DateOnly's own parser takes 03/04/2026 too.
    private static bool TryParse<T>(string text, out T value)
        where T : struct, IParsable<T>
    {
        if (typeof(T) != typeof(DateOnly))
            return T.TryParse(text, CultureInfo.InvariantCulture, out value);

        var valid = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        value = (T)(object)date;
        return valid;
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(Guid) => "UUID",
        _ when type == typeof(DateOnly) => "date (YYYY-MM-DD)",
        _ when type == typeof(bool) => "true or false",
        _ => "whole number",
    };
}
