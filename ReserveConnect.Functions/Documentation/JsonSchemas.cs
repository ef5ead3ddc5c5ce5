using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Documentation;

/// <summary>
/// The JSON Schemas of what is sent and answered, from the metadata by which it is read and written. Every record is a
/// component of the document under its own name.
/// </summary>
internal sealed class JsonSchemas(OpenApiDocument document, DocStrings docs)
{
    private readonly Dictionary<string, (Type Type, bool IsRequest)> _named = new(StringComparer.Ordinal);

    /// <summary>The schema of a body that is read.</summary>
    public IOpenApiSchema OfRequest(Type type) => Of(type, isRequest: true);

    /// <summary>The schema of a body that is answered.</summary>
    public IOpenApiSchema OfAnswer(Type type) => Of(type, isRequest: false);

    private IOpenApiSchema Of(Type type, bool isRequest) => ApiJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object
        ? new OpenApiSchemaReference(Named(type, isRequest), document)
        : Parsed(Exported(type, isRequest));

    private string Named(Type type, bool isRequest)
    {
        var name = NameOf(type);
        if (_named.TryAdd(name, (type, isRequest)))
        {
            document.Components!.Schemas!.Add(name, Parsed(Exported(type, isRequest)));
        }
        else if (_named[name] != (type, isRequest))
        {
            throw new InvalidOperationException($"two schemas would be called {name}: {type} and {_named[name].Type}, or one that is both sent and answered");
        }

        return name;
    }

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}Of{string.Join("And", type.GetGenericArguments().Select(NameOf))}"
        : type.Name;

    private IOpenApiSchema Parsed(JsonNode schema)
    {
        var parsed = new OpenApiJsonReader().ReadFragment<OpenApiSchema>(schema, OpenApiSpecVersion.OpenApi3_1, document, out var diagnostic);
        return parsed is not null && diagnostic.Errors.Count == 0
            ? parsed
            : throw new InvalidOperationException($"no schema: {string.Join("; ", diagnostic.Errors)} in {schema.ToJsonString()}");
    }

    private JsonNode Exported(Type type, bool isRequest) => (isRequest ? ApiJson.Requests : ApiJson.Options).GetJsonSchemaAsNode(
        type,
        new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, node) => Transformed(context, node, isRequest) });

    private JsonNode Transformed(JsonSchemaExporterContext context, JsonNode node, bool isRequest)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        // What is null is left out of an answer, so that no member of one is ever null.
        var isNullable = isRequest && context.PropertyInfo is { IsGetNullable: true };
        var schema = context.TypeInfo.Kind == JsonTypeInfoKind.Object && context.Path.Length > 0
            ? Reference(Named(type, isRequest), isNullable)
            : Typed(type, node as JsonObject ?? [], isRequest, isNullable);
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && context.Path.Length == 0)
        {
            Complete(context.TypeInfo, schema, isRequest);
        }

        if (Described(context) is { } about)
        {
            schema["description"] = about;
        }

        return schema;
    }

    private static JsonObject Reference(string name, bool isNullable)
    {
        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
        return isNullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    private static JsonObject Typed(Type type, JsonObject schema, bool isRequest, bool isNullable)
    {
        schema.Remove("default");
        if (type == typeof(decimal))
        {
            schema["type"] = "number";
            schema["format"] = "decimal";
            if (!isRequest)
            {
                schema["multipleOf"] = 0.01m;
            }
        }
        else if (type.IsEnum)
        {
            schema["type"] = "string";
        }

        // One type or several: with null where it may be, and without where it is not.
        var types = (schema["type"] as JsonArray)?.Select(one => one!.GetValue<string>()).ToList() ?? (schema["type"] is { } single ? [single.GetValue<string>()] : []);
        types.Remove("null");
        if (isNullable && types.Count > 0)
        {
            types.Add("null");
        }

        if (types.Count > 0)
        {
            schema["type"] = types.Count == 1 ? types[0] : new JsonArray([.. types.Select(one => JsonValue.Create(one))]);
        }

        return schema;
    }

    // Whether a member must be there is said where it is read by its constructor, and where it is written by whether it may be null.
    private static void Complete(JsonTypeInfo info, JsonObject schema, bool isRequest)
    {
        if (!isRequest)
        {
            schema["required"] = new JsonArray([.. info.Properties.Where(property => !property.IsGetNullable && property.Get is not null).Select(property => JsonValue.Create(property.Name))]);
        }

        if (schema["required"] is JsonArray { Count: 0 })
        {
            schema.Remove("required");
        }
    }

    private string? Described(JsonSchemaExporterContext context) => context.PropertyInfo is { } property
        ? property.AttributeProvider is PropertyInfo member ? docs.Of(member) : null
        : context.Path.Length == 0 ? docs.Of(context.TypeInfo.Type) : null;
}
