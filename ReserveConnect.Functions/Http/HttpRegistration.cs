using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Http;

/// <summary>What every HTTP function of an application stands behind.</summary>
public static class HttpRegistration
{
    /// <summary>
    /// Adds, from the outside in: security headers, CORS and compression, who the client is, the allowance of the client, the bounds of a
    /// request, its time limit, and problem documents for what is thrown.
    /// </summary>
    /// <param name="builder">The application, with HTTP already configured.</param>
    /// <param name="limits">Which allowance each function is under.</param>
    public static void UseHttpBounds(this FunctionsApplicationBuilder builder, FunctionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddOptions<HttpOptions>().Bind(configuration.GetSection(HttpOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        // After the official integration, which sets these for itself.
        services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<HttpOptions>>((forwarded, http) => TrustedProxies.Apply(forwarded, http.Value));
        services.AddOptions<CorsOptions>().Configure<IOptions<HttpOptions>>((cors, http) => HttpFront.Allow(cors, http.Value.Cors));
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddCors();
        Compression.Add(services);
        services.AddSingleton<IStartupFilter, HttpFront>();
        services.AddSingleton(limits);
        services.AddSingleton<Limits>();
        services.AddSingleton<BodyMemory>();
        builder.UseMiddleware<LimitClients>();
        builder.UseMiddleware<RequestBounds>();
        builder.UseMiddleware<TimeLimit>();
        builder.UseMiddleware<ExceptionToProblem>();
    }
}
