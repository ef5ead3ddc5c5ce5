using System.Text;
using ReserveConnect.Functions.Http;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace ReserveConnect.Functions.Documentation;

/// <summary>
/// Swagger UI, from the package that carries it. Its own page and start script come from here, so that nothing in it is
/// inline, nothing is loaded from elsewhere and nothing is sent elsewhere.
/// </summary>
public sealed class DocsPage
{
    private const string Resources = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Html =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Reserve Connect API</title>
            <link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
            <link rel="stylesheet" href="/api/docs/swagger-ui.css">
        </head>
        <body>
            <div id="swagger-ui"><a href="/api/openapi.json">openapi.json</a></div>
            <script src="/api/docs/swagger-ui-bundle.js"></script>
            <script src="/api/docs/start.js"></script>
        </body>
        </html>
        """;

    // No badge of a validator elsewhere; a link opens an operation.
    private const string Start =
        """
        SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, displayRequestDuration: true });
        """;

    private static readonly TimeSpan CacheFor = TimeSpan.FromHours(1);

    private readonly Dictionary<string, BytesAnswer> _files = new(StringComparer.Ordinal)
    {
        [""] = BytesAnswer.Of(Encoding.UTF8.GetBytes(Html), "text/html; charset=utf-8", CacheFor, Policy),
        ["start.js"] = BytesAnswer.Of(Encoding.UTF8.GetBytes(Start), "text/javascript; charset=utf-8", CacheFor),
        ["swagger-ui-bundle.js"] = Packaged("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ["swagger-ui.css"] = Packaged("swagger-ui.css", "text/css; charset=utf-8"),
        ["favicon-32x32.png"] = Packaged("favicon-32x32.png", "image/png"),
    };

    /// <summary>A file of the page; the page itself for none.</summary>
    public BytesAnswer? Find(string? file) => _files.GetValueOrDefault(file ?? "");

    private static BytesAnswer Packaged(string name, string contentType)
    {
        using var resource = typeof(SwaggerUIOptions).Assembly.GetManifestResourceStream(Resources + name)
            ?? throw new InvalidOperationException($"the package of Swagger UI has no {name}");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return BytesAnswer.OfGzipped(bytes.ToArray(), contentType, CacheFor);
    }
}
