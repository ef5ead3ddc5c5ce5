using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;

namespace ReserveConnect.Functions.Documentation;

/// <summary>The parameters of an operation: of its path, its query string and its head.</summary>
internal static class ApiParameters
{
    private static readonly TakesHeaderAttribute Key = new(
        KeyedFunctions.Header, "Same key and body: done once, and the same answer for a day. Same key, another body: 422.");

    private const string MonthPattern = "^[0-9]{4}-(0[1-9]|1[0-2])$";

    /// <summary>All of them; signatures are not among them, they are security.</summary>
    public static IEnumerable<IOpenApiParameter> Of(HttpFunction function, IEnumerable<RoutePatternParameterPart> path) =>
    [
        .. path.Select(InPath),
        .. function.Query?.Parameters.Select(InQuery) ?? [],
        .. function.Headers.Where(header => !header.IsSignature).Select(InHead),
        .. KeyedFunctions.AreKept(function.Method, function.Access) ? [InHead(Key)] : Enumerable.Empty<OpenApiParameter>(),
    ];

    private static OpenApiParameter InPath(RoutePatternParameterPart part) => new()
    {
        Name = part.Name,
        In = ParameterLocation.Path,
        Required = true,
        Schema = part.ParameterPolicies.Select(policy => policy.Content).ToArray() switch
        {
            [] => new OpenApiSchema { Type = JsonSchemaType.String },
            ["guid"] => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
            ["int" or "long"] => new OpenApiSchema { Type = JsonSchemaType.Integer },
            var others => throw new InvalidOperationException($"route parameter {part.Name} has a constraint that the document does not know: {string.Join(':', others)}"),
        },
    };

    private static OpenApiParameter InQuery(QueryParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Required = parameter.IsRequired,
        Description = parameter.About,
        Schema = SchemaOf(parameter),
        Style = parameter.Kind is QueryKind.Texts or QueryKind.Numbers ? ParameterStyle.Form : null,
        Explode = parameter.Kind is not (QueryKind.Texts or QueryKind.Numbers),
    };

    private static OpenApiParameter InHead(TakesHeaderAttribute header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Description = header.About,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiSchema Item(QueryParameter parameter) => new()
    {
        Type = JsonSchemaType.String,
        Enum = parameter.Words is { } words ? [.. words.Select(word => (JsonNode)word)] : null,
    };

    private static OpenApiSchema SchemaOf(QueryParameter parameter) => parameter.Kind switch
    {
        QueryKind.Text => new() { Type = JsonSchemaType.String, MaxLength = parameter.Most ?? QueryReader.LongestText },
        QueryKind.Id => new() { Type = JsonSchemaType.String, Format = "uuid" },
        QueryKind.Texts => new() { Type = JsonSchemaType.Array, MaxItems = parameter.Most, Items = Item(parameter) },
        QueryKind.OneOf => new() { Type = JsonSchemaType.String, Enum = [.. parameter.Words!.Select(word => (JsonNode)word)] },
        QueryKind.Whole => new() { Type = JsonSchemaType.Integer, Minimum = $"{parameter.Least}", Maximum = $"{parameter.Most}" },
        QueryKind.Number => new() { Type = JsonSchemaType.Number, Minimum = $"{parameter.Least}", Maximum = $"{parameter.Most}" },
        QueryKind.Money => new() { Type = JsonSchemaType.Number, Format = "decimal", Minimum = "0" },
        QueryKind.Date => new() { Type = JsonSchemaType.String, Format = "date" },
        QueryKind.Instant => new() { Type = JsonSchemaType.String, Format = "date-time" },
        QueryKind.Month => new() { Type = JsonSchemaType.String, Pattern = MonthPattern },
        QueryKind.Numbers => new()
        {
            Type = JsonSchemaType.Array,
            MinItems = parameter.Most,
            MaxItems = parameter.Most,
            Items = new OpenApiSchema { Type = JsonSchemaType.Number },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter.Kind, "a query parameter without a schema"),
    };
}
