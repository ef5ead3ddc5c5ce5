using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ReserveConnect.Tests.Providers.HostConnect;

/// <summary>The Host Connect contract of this repository, asked whether a request or an object is one of its own.</summary>
internal static class HostContract
{
    private static readonly JsonElement Document = Load();
    private static readonly JsonContract Contract = new(Document);

    /// <summary>Every operation as <c>METHOD path</c>.</summary>
    public static IEnumerable<string> Operations =>
        from path in Document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select $"{operation.Name.ToUpperInvariant()} {path.Name}";

    /// <summary>Fails unless path, method, query, key and body of a request are all in the contract.</summary>
    public static void AssertRequest(SeenRequest request)
    {
        var operation = Document.GetProperty("paths").GetProperty(Template(request.Path)).GetProperty(request.Method.ToLowerInvariant());
        var parameters = operation.GetProperty("parameters").EnumerateArray().Select(Resolve).ToArray();
        var query = request.Target.Contains('?', StringComparison.Ordinal) ? request.Target.Split('?')[1].Split('&').Select(pair => pair.Split('=')).ToArray() : [];
        foreach (var pair in query)
        {
            var parameter = parameters.Single(candidate => candidate.GetProperty("in").GetString() == "query" && candidate.GetProperty("name").GetString() == pair[0]);
            var value = JsonSerializer.SerializeToElement<object>(
                parameter.GetProperty("schema").GetProperty("type").GetString() == "integer" ? long.Parse(pair[1], null) : Uri.UnescapeDataString(pair[1]));
            Assert.Empty(Contract.Errors(parameter.GetProperty("schema"), value));
        }

        Assert.Equal(
            parameters.Any(parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key"),
            request.Headers.ContainsKey("Idempotency-Key"));
        if (!operation.TryGetProperty("requestBody", out var body))
        {
            Assert.Empty(request.Body);
            return;
        }

        using var sent = JsonDocument.Parse(request.Body);
        Assert.Empty(Contract.Errors(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"), sent.RootElement, closed: true));
    }

    /// <summary>Fails unless the JSON is an object of the named schema.</summary>
    public static void AssertValid(string name, string json)
    {
        using var value = JsonDocument.Parse(json);
        Assert.Empty(Contract.Errors(Contract.At($"#/components/schemas/{name}"), value.RootElement));
    }

    private static string Template(string actual)
    {
        var parts = actual.Split('/');
        return Document.GetProperty("paths").EnumerateObject().Select(path => path.Name)
            .Where(path => path.Split('/') is var template
                && template.Length == parts.Length
                && template.Zip(parts).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')))
            .MinBy(path => path.Count(character => character == '{'))!;
    }

    private static JsonElement Resolve(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference) ? Contract.At(reference.GetString()!) : element;

    private static JsonElement Load()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Contracts.Root, "docs", "contracts", "host-connect.yaml"))));
        return JsonSerializer.SerializeToElement(Node(yaml.Documents[0].RootNode));
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Node(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } plain => Plain(plain.Value!),
        YamlScalarNode scalar => scalar.Value,
        _ => throw new InvalidDataException($"a {node.NodeType} in the contract"),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "null" or "" => null,
        "true" => true,
        "false" => false,
        _ when decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
