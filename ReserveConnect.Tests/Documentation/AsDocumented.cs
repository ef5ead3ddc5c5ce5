using System.Globalization;
using System.Text.Json.Nodes;
using NJsonSchema;
using Xunit;

namespace ReserveConnect.Tests.Documentation;

/// <summary>Insists that whatever a test is answered is what the API's document says: status, media type and every member.</summary>
internal sealed class AsDocumented() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly Lazy<JsonSchema> Bodies = new(AllBodies);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        // Of several that take a path the one that spells out most of it is meant.
        var operation = Published.Operations.Where(known => known.Takes(request.Method.Method, path)).MinBy(known => known.PathParameters);
        if (operation is not null && answer.Content is { } content)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
            Check(operation, (int)answer.StatusCode, content.Headers.ContentType?.MediaType, await content.ReadAsStringAsync(cancellationToken));
        }

        return answer;
    }

    private static void Check(PublishedOperation operation, int status, string? mediaType, string body)
    {
        var said = $"{operation.Id} answered {status} {mediaType}";
        var responses = operation.Content["responses"]!.AsObject();
        var key = status.ToString(CultureInfo.InvariantCulture);
        Assert.True(responses.ContainsKey(key) || status >= 400, $"{said}, of which the document says nothing");
        key = responses.ContainsKey(key) ? key : "default";
        var types = Published.Resolved(responses[key]!)["content"]?.AsObject();
        if (types is null)
        {
            Assert.True(body.Length == 0, $"{said} with a body, of which the document says nothing");
            return;
        }

        Assert.True(mediaType is not null && types.ContainsKey(mediaType), $"{said}: the document has {string.Join(", ", types.Select(type => type.Key))}");
        if (mediaType.EndsWith("json", StringComparison.Ordinal) && types[mediaType]!["schema"] is not null)
        {
            var wrong = Bodies.Value.Properties[Name(operation, key, mediaType)].ActualSchema.Validate(body);
            Assert.True(wrong.Count == 0, $"{said}, not as documented: {string.Join("; ", wrong.Select(error => $"{error.Path} {error.Kind}"))}\n{body}");
        }
    }

    // All of them as the properties of one schema: read once, whatever is answered.
    private static JsonSchema AllBodies()
    {
        var definitions = Published.Document["components"]!["schemas"]!.DeepClone().AsObject();
        // A program may meet members that it does not know; a test may not, except where the document says that there are more.
        foreach (var (name, schema) in definitions)
        {
            schema!.AsObject().TryAdd("additionalProperties", name == "ProblemDocument");
        }

        var bodies = from operation in Published.Operations
                     from response in operation.Content["responses"]!.AsObject()
                     from type in Published.Resolved(response.Value!)["content"]?.AsObject() ?? []
                     where type.Value!["schema"] is not null
                     select KeyValuePair.Create(Name(operation, response.Key, type.Key), type.Value["schema"]!.DeepClone());
        var all = new JsonObject { ["definitions"] = definitions, ["properties"] = new JsonObject(bodies.Select(body => KeyValuePair.Create(body.Key, (JsonNode?)body.Value))) };
        return JsonSchema.FromJsonAsync(all.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal)).GetAwaiter().GetResult();
    }

    private static string Name(PublishedOperation operation, string status, string mediaType) => $"{operation.Id} {status} {mediaType}";
}
