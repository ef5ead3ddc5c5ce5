using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The OpenAPI document of the functions, from what they declare (design section 7).</summary>
internal sealed class ApiDocument
{
    private const string Server = "/api";

    private readonly OpenApiDocument _document;
    private readonly DocStrings _docs = new();
    private readonly JsonSchemas _schemas;
    private readonly ApiAnswers _answers;
    private readonly ApiSecurity _security;

    private ApiDocument()
    {
        _document = new()
        {
            Info = new()
            {
                Title = "Reserve Connect",
                Version = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
                Description = "Stays in tourist cities of Brazil: search, hold, pay by card or PIX, and a booking that stands at the property. "
                    + "Dates are `YYYY-MM-DD`, instants RFC 3339 in UTC, money is a decimal number with two places beside a `currency`. "
                    + "Refusals are problem documents (RFC 9457) with a stable `code`.",
                License = new() { Name = "MIT", Identifier = "MIT" },
            },
            Servers = [new() { Url = Server }],
            Paths = [],
            Components = new()
            {
                Schemas = new Dictionary<string, IOpenApiSchema>(),
                Responses = new Dictionary<string, IOpenApiResponse>(),
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(),
            },
            Tags = new HashSet<OpenApiTag>(),
        };
        _schemas = new(_document, _docs);
        _answers = new(_document, _schemas);
        _security = new(_document);
    }

    /// <summary>The document of every HTTP function of an assembly.</summary>
    /// <exception cref="InvalidOperationException">A function does not say enough, or two say what cannot be.</exception>
    public static OpenApiDocument Of(Assembly assembly)
    {
        var made = new ApiDocument();
        var functions = HttpFunction.AllOf(assembly, FunctionAccess.Of(assembly));
        foreach (var slice in functions.Select(function => function.Slice).Distinct().Order(StringComparer.Ordinal))
        {
            made._document.Tags!.Add(new() { Name = slice });
        }

        foreach (var function in functions)
        {
            made.Add(function);
        }

        made.Sort();
        made._document.RegisterComponents();
        return made._document;
    }

    // Whoever compares two of these documents sees what changed, and not in which order the compiler put it.
    private void Sort()
    {
        var paths = _document.Paths.OrderBy(path => path.Key, StringComparer.Ordinal).ToList();
        _document.Paths = [];
        foreach (var (path, item) in paths)
        {
            _document.Paths.Add(path, item);
        }

        _document.Components!.Schemas = new SortedDictionary<string, IOpenApiSchema>(_document.Components.Schemas!, StringComparer.Ordinal);
    }

    private void Add(HttpFunction function)
    {
        // OpenAPI has no parameter of a path that may be left out: the route is two paths.
        foreach (var length in Lengths(function.Route))
        {
            var parts = function.Route.PathSegments.Take(length).ToList();
            var path = "/" + string.Join('/', parts.Select(part => string.Concat(part.Parts.Select(Written))));
            if (!_document.Paths.TryGetValue(path, out var item))
            {
                _document.Paths.Add(path, item = new OpenApiPathItem());
            }

            foreach (var method in function.Methods)
            {
                ((OpenApiPathItem)item).AddOperation(new(method), Operation(function, method, parts));
            }
        }
    }

    private static int[] Lengths(RoutePattern route)
    {
        var all = route.PathSegments.Count;
        return route.Parameters.Any(parameter => parameter.IsOptional) ? [all - 1, all] : [all];
    }

    private static string Written(RoutePatternPart part) => part switch
    {
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => throw new InvalidOperationException($"a route has a part that no document can have: {part}"),
    };

    private OpenApiOperation Operation(HttpFunction function, string method, IReadOnlyList<RoutePatternPathSegment> path)
    {
        var parameters = path.SelectMany(segment => segment.Parts).OfType<RoutePatternParameterPart>().ToList();
        var (summary, description) = Sentences(function);
        return new()
        {
            OperationId = OperationId(function, method, parameters),
            Summary = summary,
            Description = description,
            Tags = new HashSet<OpenApiTagReference> { new(function.Slice, _document) },
            Parameters = [.. ApiParameters.Of(function, parameters)],
            RequestBody = function.Body is { } body ? BodyOf(body) : null,
            Responses = _answers.Of(function, hasPathParameters: parameters.Count > 0),
            Security = _security.Of(function),
        };
    }

    // Its own name; a function with several methods or paths has several operations, and no two may be called alike.
    private static string OperationId(HttpFunction function, string method, IReadOnlyList<RoutePatternParameterPart> parameters)
    {
        var name = function.Methods.Count == 1 ? function.Name : $"{function.Name}_{method.ToLowerInvariant()}";
        return parameters.FirstOrDefault(parameter => parameter.IsOptional) is { } optional ? $"{name}_of_{optional.Name}" : name;
    }

    private OpenApiRequestBody BodyOf(TakesAttribute body) => new()
    {
        Required = !body.IsOptional,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [body.ContentType] = new OpenApiMediaType { Schema = body.Body is { } type ? _schemas.OfRequest(type) : new OpenApiSchema() },
        },
    };

    private (string Summary, string? Description) Sentences(HttpFunction function)
    {
        var text = _docs.Of(function.Method.DeclaringType!) ?? function.Name;
        var prefix = $"`{function.Name}`: ";
        text = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
        text = char.ToUpperInvariant(text[0]) + text[1..];
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? (text.TrimEnd('.'), null) : (text[..end], text[(end + 2)..]);
    }
}
