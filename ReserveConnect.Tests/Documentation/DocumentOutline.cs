using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ReserveConnect.Tests.Documentation;

/// <summary>
/// The document in few lines, for whoever approves a change of it: what each operation takes and answers and who may call
/// it, then every schema. A star: must be there.
/// </summary>
internal static class DocumentOutline
{
    public static string Text { get; } = Write();

    private static string Write()
    {
        var text = new StringBuilder();
        foreach (var operation in Published.Operations)
        {
            Add(text, operation);
        }

        foreach (var (name, schema) in Published.Document["components"]!["schemas"]!.AsObject())
        {
            text.Append('\n').Append(name).Append(Closed(schema!)).Append('\n');
            Members(text, schema!);
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, PublishedOperation operation)
    {
        text.Append(operation.Method).Append(' ').Append(operation.Path).Append("  ").Append(operation.Id).Append('\n');
        text.Append("    who: ").Append(Who(operation)).Append('\n');
        foreach (var parameter in operation.Parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {parameter["in"]}: {parameter["name"]}{(parameter["required"] is { } required && required.GetValue<bool>() ? "*" : "")} {Type(parameter["schema"]!)}\n");
        }

        foreach (var (media, content) in operation.Content["requestBody"]?["content"]?.AsObject() ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"    body: {media} {Type(content!["schema"] ?? new JsonObject())}\n");
        }

        foreach (var (status, response) in operation.Content["responses"]!.AsObject())
        {
            var content = response!["$ref"] is { } reference
                ? $"{reference}".Split('/')[^1]
                : string.Join(", ", response["content"]?.AsObject().Select(type => $"{type.Key} {Type(type.Value!["schema"] ?? new JsonObject())}") ?? []);
            text.Append($"    {status}: {content}".TrimEnd(' ')).Append('\n');
        }
    }

    private static string Who(PublishedOperation operation) => string.Join(" or ", operation.Content["security"]!.AsArray().Select(requirement =>
        requirement!.AsObject() is { Count: > 0 } named
            ? string.Join(" and ", named.Select(scheme => $"{scheme.Key}({string.Join(", ", scheme.Value!.AsArray().Select(role => $"{role}"))})"))
            : "anybody"));

    private static string Closed(JsonNode schema) => schema["additionalProperties"] is JsonValue { } more && !more.GetValue<bool>() ? " (nothing else)" : "";

    private static void Members(StringBuilder text, JsonNode schema)
    {
        var required = schema["required"]?.AsArray().Select(name => $"{name}").ToHashSet() ?? [];
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"    {name}{(required.Contains(name) ? "*" : "")} {Type(member!)}\n");
        }
    }

    private static string Type(JsonNode schema)
    {
        if (schema["$ref"] is { } reference)
        {
            return $"{reference}".Split('/')[^1];
        }

        if (schema["anyOf"] is JsonArray any)
        {
            return string.Join(" | ", any.Select(one => Type(one!)));
        }

        var type = schema["type"] switch
        {
            JsonArray several => string.Join(" | ", several.Select(one => $"{one}")),
            { } one => $"{one}",
            null => "any",
        };
        var items = schema["items"] is { } of ? $" of {Type(of)}" : "";
        var words = schema["enum"] is JsonArray all ? $" ({string.Join(", ", all.Select(word => $"{word}"))})" : "";
        var bounds = schema["minimum"] is { } least && schema["maximum"] is { } most ? $" {least}..{most}" : "";
        return $"{type}{items}{(schema["format"] is { } format ? $" {format}" : "")}{words}{bounds}";
    }
}
