using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Documentation;

namespace ReserveConnect.Tests.Documentation;

/// <summary>The API's document as a client reads it: JSON.</summary>
internal static class Published
{
    private static readonly Lazy<(string Text, JsonObject Document, IReadOnlyList<PublishedOperation> Operations)> Read = new(() =>
    {
        var text = ApiDocument.Of(typeof(ReserveConnectApp).Assembly).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1).GetAwaiter().GetResult();
        var document = JsonNode.Parse(text)!.AsObject();
        return (text, document, [.. from path in document["paths"]!.AsObject()
                                    from operation in path.Value!.AsObject()
                                    select new PublishedOperation(path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject())]);
    });

    public static string Text => Read.Value.Text;

    public static JsonObject Document => Read.Value.Document;

    public static IReadOnlyList<PublishedOperation> Operations => Read.Value.Operations;

    /// <summary>What a reference points at.</summary>
    public static JsonNode? At(string reference) => reference.Split('/')[1..].Aggregate((JsonNode?)Document, (node, part) => node?[part]);

    /// <summary>The node, or what it refers to.</summary>
    public static JsonNode Resolved(JsonNode node) => node["$ref"] is { } reference ? At(reference.GetValue<string>())! : node;

    /// <summary>Every reference in the document.</summary>
    public static IEnumerable<string> References() => ReferencesIn(Document);

    private static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(member => member is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : ReferencesIn(member.Value)),
        JsonArray all => all.SelectMany(ReferencesIn),
        _ => [],
    };
}

/// <summary>An operation of the document.</summary>
internal sealed partial record PublishedOperation(string Path, string Method, JsonObject Content)
{
    private readonly Regex _pattern = new($"^/api{Parameter().Replace(Path, "[^/]+")}$");

    public string Id => Content["operationId"]!.GetValue<string>();

    public int PathParameters => Parameter().Count(Path);

    public IEnumerable<JsonObject> Parameters => Content["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()) ?? [];

    public bool Takes(string method, string path) => Method == method && _pattern.IsMatch(path);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
