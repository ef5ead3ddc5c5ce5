using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Around everything that the HTTP server of this process answers, also what no function does: security headers, CORS, compression. On
/// both hosts that server is ASP.NET Core's. Nothing is refused here but a preflight: the Azure host waits for the function of
/// a request that it has passed on.
/// </summary>
internal sealed class HttpFront(IOptions<HttpOptions> options) : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(inner => SecurityHeaders.Around(inner, options.Value));
        if (options.Value.Cors.OriginList.Length > 0)
        {
            application.Use((context, following) =>
            {
                context.Response.OnStarting(VaryByOrigin, context.Response);
                return following(context);
            });
            application.UseCors();
        }

        application.UseResponseCompression();
        next(application);
    };

    // The middleware of CORS does nothing to a request without an origin: a cache on the way would give what it kept of such a
    // one to pages that then may not read it.
    private static Task VaryByOrigin(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        if (!headers.Vary.Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }

        return Task.CompletedTask;
    }

    /// <summary>The one policy: exact origins.</summary>
    public static void Allow(CorsOptions cors, CorsSettings settings) => cors.AddDefaultPolicy(policy =>
    {
        policy.WithOrigins(settings.OriginList)
            .WithMethods(HttpOptions.Entries(settings.Methods))
            .WithHeaders(HttpOptions.Entries(settings.Headers))
            .WithExposedHeaders(HttpOptions.Entries(settings.ExposedHeaders))
            .SetPreflightMaxAge(settings.MaxAge);
        if (settings.AllowCredentials)
        {
            policy.AllowCredentials();
        }
    });
}
