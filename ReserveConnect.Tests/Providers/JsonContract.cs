using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReserveConnect.Tests.Providers;

/// <summary>
/// Checks a JSON value against a schema inside a larger document, with the keywords that the providers' contracts use.
/// A keyword that it does not know is an error, so that no rule is passed over in silence.
/// </summary>
/// <param name="document">The document that <c>$ref</c> points into.</param>
internal sealed class JsonContract(JsonElement document)
{
    private static readonly HashSet<string> Silent =
        ["$ref", "description", "format", "title", "example", "examples", "default", "nullable", "x-known-values", "x-pruned", "readOnly", "deprecated", "$comment"];

    /// <summary>The schema at a path as <c>#/components/schemas/Refund</c>.</summary>
    public JsonElement At(string reference) =>
        reference[2..].Split('/').Aggregate(document, (parent, name) => parent.GetProperty(name));

    /// <summary>What is wrong with the value; nothing if it fits.</summary>
    /// <param name="schema">Of <see cref="At"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="closed">True: a member of an object that its schema does not name is an error.</param>
    /// <param name="path">Where the value is.</param>
    public IEnumerable<string> Errors(JsonElement schema, JsonElement value, bool closed = false, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Errors(At(reference.GetString()!), value, closed, path);
        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
            return [];
        return schema.EnumerateObject().SelectMany(rule => Broken(schema, rule, value, closed, path));
    }

    private IEnumerable<string> Broken(JsonElement schema, JsonProperty rule, JsonElement value, bool closed, string path) => rule.Name switch
    {
        "type" => Unless(Types(rule.Value).Any(type => Is(type, value)), $"{path}: {value.ValueKind} is not {rule.Value}"),
        "enum" => Unless(rule.Value.EnumerateArray().Any(known => JsonElement.DeepEquals(known, value)), $"{path}: {value} is none of {rule.Value}"),
        "const" => Unless(JsonElement.DeepEquals(rule.Value, value), $"{path}: {value} is not {rule.Value}"),
        "pattern" => Unless(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.Value.GetString()!), $"{path}: {value} does not match {rule.Value}"),
        "maxLength" => Unless(value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= rule.Value.GetInt32(), $"{path}: too long"),
        "minLength" => Unless(value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(), $"{path}: too short"),
        "minimum" => Unless(value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= rule.Value.GetDecimal(), $"{path}: below {rule.Value}"),
        "maximum" => Unless(value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= rule.Value.GetDecimal(), $"{path}: above {rule.Value}"),
        "exclusiveMinimum" => Unless(value.ValueKind != JsonValueKind.Number || value.GetDecimal() > rule.Value.GetDecimal(), $"{path}: not above {rule.Value}"),
        "minProperties" => Unless(value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() >= rule.Value.GetInt32(), $"{path}: too few members"),
        "maxProperties" => Unless(value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() <= rule.Value.GetInt32(), $"{path}: too many members"),
        "maxItems" => Unless(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.Value.GetInt32(), $"{path}: too many"),
        "uniqueItems" => Unless(
            value.ValueKind != JsonValueKind.Array || !rule.Value.GetBoolean() || value.EnumerateArray().DistinctBy(item => item.GetRawText()).Count() == value.GetArrayLength(),
            $"{path}: one comes twice"),
        "required" => value.ValueKind != JsonValueKind.Object
            ? []
            : rule.Value.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path}: {name} is missing"),
        "items" => value.ValueKind != JsonValueKind.Array
            ? []
            : value.EnumerateArray().SelectMany((item, index) => Errors(rule.Value, item, closed, $"{path}[{index}]")),
        "allOf" => rule.Value.EnumerateArray().SelectMany(part => Errors(part, value, closed, path)),
        "anyOf" or "oneOf" => Unless(rule.Value.EnumerateArray().Any(choice => !Errors(choice, value, closed, path).Any()), $"{path}: {value} fits no choice"),
        "properties" => Members(schema, value, closed, path),
        "additionalProperties" => schema.TryGetProperty("properties", out _) ? [] : Members(schema, value, closed, path),
        _ => Unless(Silent.Contains(rule.Name), $"{path}: the rule {rule.Name} is not known here"),
    };

    private IEnumerable<string> Members(JsonElement schema, JsonElement value, bool closed, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            yield break;
        var hasNamed = schema.TryGetProperty("properties", out var named);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var member in value.EnumerateObject())
        {
            var at = $"{path}.{member.Name}";
            if (hasNamed && named.TryGetProperty(member.Name, out var known))
            {
                foreach (var error in Errors(known, member.Value, closed, at))
                    yield return error;
            }
            else if (hasOthers && others.ValueKind == JsonValueKind.Object)
            {
                foreach (var error in Errors(others, member.Value, closed, at))
                    yield return error;
            }
            else if (hasOthers ? others.ValueKind == JsonValueKind.False : closed)
            {
                yield return $"{at} is not in the contract";
            }
        }
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static IEnumerable<string> Unless(bool fits, string error) => fits ? [] : [error];
}
