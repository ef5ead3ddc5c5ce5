using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

/// <summary>Stripe's published OpenAPI, asked whether a request or an object is one of its own.</summary>
internal static class StripeSchema
{
    private static readonly JsonElement Document = Contracts.Json("stripe/stripe-openapi-reduced.json");
    private static readonly JsonContract Contract = new(Document);

    /// <summary>Fails unless method, path, query and form of a request are all in the contract.</summary>
    public static void AssertRequest(SeenRequest request)
    {
        var operation = Document.GetProperty("paths").GetProperty(Template(request.Path)).GetProperty(request.Method.ToLowerInvariant());
        var query = request.Target.Contains('?', StringComparison.Ordinal) ? Pairs(request.Target.Split('?')[1]) : [];
        var known = operation.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Select(Resolve).Where(parameter => parameter.GetProperty("in").GetString() == "query")
                .Select(parameter => parameter.GetProperty("name").GetString()!).ToHashSet()
            : [];
        Assert.All(query, pair => Assert.Contains(pair.Key.Split('[')[0], known));
        if (request.Method == "GET")
            return;

        Assert.StartsWith("application/x-www-form-urlencoded", request.Headers["Content-Type"], StringComparison.Ordinal);
        var schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema");
        AssertValid(schema.GetProperty("$ref").GetString()!.Split('/')[^1], Nested(Pairs(request.Text)).ToJsonString());
    }

    /// <summary>Fails unless the JSON is an object of the named schema.</summary>
    public static void AssertValid(string name, string json) => Assert.Empty(Errors(name, json));

    /// <summary>What is wrong with the JSON as an object of the named schema.</summary>
    public static IEnumerable<string> Errors(string name, string json)
    {
        using var value = JsonDocument.Parse(json);
        return [.. Contract.Errors(Contract.At($"#/components/schemas/{name}"), value.RootElement)];
    }

    private static string Template(string actual)
    {
        var parts = actual.Split('/');
        return Document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Single(path =>
            path.Split('/') is var template
            && template.Length == parts.Length
            && template.Zip(parts).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')));
    }

    private static JsonElement Resolve(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference)
            ? reference.GetString()![2..].Split('/').Aggregate(Document, (parent, name) => parent.GetProperty(name))
            : element;

    private static List<KeyValuePair<string, string>> Pairs(string form) =>
        [.. form.Split('&').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair[1])))];

    /// <summary><c>a[b]=c</c> and <c>a[0]=x</c> as the object and list that they stand for; what is all digits is a number.</summary>
    private static JsonObject Nested(IEnumerable<KeyValuePair<string, string>> form)
    {
        var root = new JsonObject();
        foreach (var (name, value) in form)
        {
            var parts = name.Replace("]", "", StringComparison.Ordinal).Split('[');
            JsonNode leaf = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : value;
            if (parts.Length == 1)
                root[name] = leaf;
            else if (parts[1] == "0")
                root[parts[0]] = new JsonArray(leaf);
            else
                ((JsonObject)(root[parts[0]] ??= new JsonObject()))[parts[1]] = leaf;
        }

        return root;
    }
}
