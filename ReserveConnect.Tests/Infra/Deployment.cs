using System.Text.Json.Nodes;

namespace ReserveConnect.Tests.Infra;

/// <summary>What a deployment would bring, as Bicep evaluates it.</summary>
internal sealed class Deployment(JsonObject snapshot)
{
    /// <summary>With data services on public addresses (the default).</summary>
    public static readonly Lazy<Task<Deployment>> Public = new(() => WithAsync());

    /// <summary>With everything in a virtual network.</summary>
    public static readonly Lazy<Task<Deployment>> Private = new(() => WithAsync("param privateNetworking = true"));

    /// <summary>Every resource.</summary>
    public IReadOnlyList<JsonNode> Resources { get; } = [.. snapshot["predictedResources"]!.AsArray().Select(r => r!)];

    /// <summary>With these parameters beside the required ones.</summary>
    /// <exception cref="BicepException">A parameter is refused.</exception>
    public static async Task<Deployment> WithAsync(params string[] parameters) => new(await Bicep.SnapshotAsync(parameters));

    /// <summary>The resources of a type.</summary>
    public IEnumerable<JsonNode> Of(string type) => Resources.Where(r => r["type"]!.GetValue<string>() == type);

    /// <summary>The properties of the only resource of a type.</summary>
    public JsonNode One(string type) => Of(type).Single()["properties"]!;

    /// <summary>The app's settings.</summary>
    public JsonObject Settings() =>
        Of("Microsoft.Web/sites/config").Single(r => r["name"]!.GetValue<string>().EndsWith("/appsettings", StringComparison.Ordinal))["properties"]!.AsObject();
}
