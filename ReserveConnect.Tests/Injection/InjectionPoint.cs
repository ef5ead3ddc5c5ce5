using System.Text.Json.Nodes;
using ReserveConnect.Functions.Idempotency;
using ReserveConnect.Tests.Documentation;

namespace ReserveConnect.Tests.Injection;

internal enum Place
{
    Path,
    Query,
    Header,
    Body,
    Credential,
}

/// <summary>A place of an operation that takes a text.</summary>
/// <param name="Name">Of the parameter, the header or the scheme; in a body the way to the member, <c>guest.email</c>.</param>
internal sealed record InjectionPoint(Place Place, string Name)
{
    // One reader takes the key for all of them, but for the first, which has its own; of the others one stands for all.
    private static readonly string[] Keyed = ["create_booking_intent", "request_password_reset"];

    /// <summary>Every one of an operation: on the wire whatever is not in a JSON body is a text.</summary>
    /// <param name="body">A body that the operation takes, or null.</param>
    public static IEnumerable<InjectionPoint> Of(PublishedOperation operation, JsonNode? body) =>
    [
        .. operation.Parameters
            .Where(parameter => $"{parameter["name"]}" != KeyedFunctions.Header || Keyed.Contains(operation.Id))
            .Select(parameter => new InjectionPoint(Enum.Parse<Place>($"{parameter["in"]}", ignoreCase: true), $"{parameter["name"]}")),
        .. Texts(body, "").Select(path => new InjectionPoint(Place.Body, path)),
        .. operation.Content["security"]!.AsArray().SelectMany(requirement => requirement!.AsObject()).Select(scheme => new InjectionPoint(Place.Credential, scheme.Key)),
    ];

    public override string ToString() => $"{Place.ToString().ToLowerInvariant()} {Name}";

    private static IEnumerable<string> Texts(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        JsonArray items => items.Index().SelectMany(item => Texts(item.Item, $"{path}.{item.Index}")),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => [path],
        _ => [],
    };
}
