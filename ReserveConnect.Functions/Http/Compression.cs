using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Functions.Access;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Brotli and gzip for answers that anybody is given who asks with a GET: catalogue, search, quotes, calendars, and why one of
/// these was refused.
/// </summary>
/// <remarks>
/// No other answer, also over TLS: where a secret is compressed beside text that somebody else chose, the length tells of the
/// secret (BREACH). An answer to anybody has no secret of a caller in it, as nobody asked who calls; one to a booking's token or
/// an account may. A property's calendar is read with a secret, which is not in the answer, nor is any text of the asker's.
/// </remarks>
internal sealed class Compression(IServiceProvider services, IOptions<ResponseCompressionOptions> compression, IOptions<HttpOptions> options)
    : ResponseCompressionProvider(services, compression)
{
    private static readonly object Allowed = new();

    /// <summary>Adds it; <see cref="HttpFront"/> puts it around the functions.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", "application/problem+json", CalendarAnswer.MediaType];
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, Compression>();
    }

    /// <summary>Lets the answer of a request be compressed if it is for anybody and only reads.</summary>
    public static void Allow(HttpContext context, Callers callers)
    {
        if (callers is Callers.Public && HttpMethods.IsGet(context.Request.Method))
        {
            context.Items[Allowed] = Allowed;
        }
    }

    /// <inheritdoc/>
    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Items.ContainsKey(Allowed)
        && context.Response.ContentLength >= options.Value.CompressFromBytes
        && base.ShouldCompressResponse(context);
}
