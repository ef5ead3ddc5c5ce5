using System.Text.Json;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>What this host takes from <c>host.json</c>, the file that configures the Azure Functions host.</summary>
internal static class HostJson
{
    private const string DefaultRoutePrefix = "api";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The path before every route: <c>extensions.http.routePrefix</c>, or <c>api</c>. Empty for none.</summary>
    /// <exception cref="StartRefusedException">The file is not JSON.</exception>
    public static string RoutePrefix(string directory)
    {
        var path = Path.Combine(directory, "host.json");
        if (!File.Exists(path))
            return DefaultRoutePrefix;

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return document.RootElement.TryGetProperty("extensions", out var extensions)
                && extensions.TryGetProperty("http", out var http)
                && http.TryGetProperty("routePrefix", out var prefix)
                && prefix.GetString() is { } text ? text.Trim('/') : DefaultRoutePrefix;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new StartRefusedException($"{path} cannot be read: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }
}
