using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// What every answer tells a browser (OWASP REST security cheat sheet): it is data, never a page, nobody's frame, and nobody
/// may keep it unless it says so. What a function has set itself stays.
/// </summary>
internal static class SecurityHeaders
{
    private static readonly (string Name, string Value)[] Always =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        // For requests that are not CORS; those are decided by origin.
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];

    /// <summary>Adds them when the answer begins: only then it is known what is set, and whether the client came by https.</summary>
    public static RequestDelegate Around(RequestDelegate next, HttpOptions options) => context =>
    {
        context.Response.OnStarting(static state =>
        {
            var (context, options) = ((HttpContext, HttpOptions))state;
            Add(context, options);
            return Task.CompletedTask;
        }, (context, options));
        return next(context);
    };

    private static void Add(HttpContext context, HttpOptions options)
    {
        var headers = context.Response.Headers;
        foreach (var (name, value) in Always)
        {
            headers.TryAdd(name, value);
        }

        if ((context.Request.IsHttps || options.AlwaysHttps) && options.HstsMaxAge > TimeSpan.Zero)
        {
            headers.TryAdd("Strict-Transport-Security", string.Create(CultureInfo.InvariantCulture, $"max-age={(long)options.HstsMaxAge.TotalSeconds}; includeSubDomains"));
        }
    }
}
