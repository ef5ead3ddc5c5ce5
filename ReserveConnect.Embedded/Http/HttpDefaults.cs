using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Embedded.Http;

/// <summary>Kestrel within the bounds of <see cref="EmbeddedHttpOptions"/>, and the parts of MVC that write results.</summary>
internal static class HttpDefaults
{
    public static void Add(WebApplicationBuilder web)
    {
        web.Services.AddOptions<EmbeddedHttpOptions>()
            .BindConfiguration(EmbeddedHttpOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        web.WebHost.UseKestrelCore();
        web.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelBounds>();
        web.Services.AddSingleton<KestrelServer>();
        web.Services.AddSingleton<EmbeddedHttpServer>();
        web.Services.AddSingleton<IServer>(services => services.GetRequiredService<EmbeddedHttpServer>());
        web.Services.AddRequestTimeouts();
        web.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<EmbeddedHttpOptions>>((timeouts, http) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = http.Value.RequestTimeout });
        web.Services.AddMvcCore();
    }

    private sealed class KestrelBounds(IOptions<EmbeddedHttpOptions> http) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions options)
        {
            var bounds = http.Value;
            options.AddServerHeader = false;
            options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = bounds.MaxRequestBodyBytes;
            options.Limits.MaxRequestLineSize = bounds.MaxRequestLineBytes;
            options.Limits.MaxRequestHeadersTotalSize = bounds.MaxRequestHeaderBytes;
            options.Limits.MaxRequestHeaderCount = bounds.MaxRequestHeaders;
            options.Limits.MaxConcurrentConnections = bounds.MaxConnections;
            options.Limits.RequestHeadersTimeout = bounds.RequestHeadersTimeout;
            options.Limits.KeepAliveTimeout = bounds.KeepAliveTimeout;
            options.Limits.MinRequestBodyDataRate = new MinDataRate(bounds.MinRequestBodyBytesPerSecond, bounds.DataRateGrace);
            options.Limits.MinResponseDataRate = new MinDataRate(bounds.MinResponseBytesPerSecond, bounds.DataRateGrace);
            options.Limits.MaxRequestBufferSize = Math.Max(bounds.MaxRequestBufferBytes, bounds.MaxRequestLineBytes);
        }
    }
}
