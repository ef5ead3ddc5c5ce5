using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Bytes that are the same for everybody and made once: a file, a generated document. Kept gzipped and sent so to whoever
/// takes it; with an <c>ETag</c>, 304 for who has them already.
/// </summary>
public sealed class BytesAnswer : IActionResult
{
    private readonly byte[] _gzipped;
    private readonly Lazy<byte[]> _plain;
    private readonly EntityTagHeaderValue _tag;
    private readonly string _contentType;
    private readonly TimeSpan _cacheFor;

    private BytesAnswer(byte[] gzipped, Lazy<byte[]> plain, string contentType, TimeSpan cacheFor)
    {
        (_gzipped, _plain, _contentType, _cacheFor) = (gzipped, plain, contentType, cacheFor);
        _tag = EntityTag.Of(gzipped);
    }

    /// <summary>For a page: what it may load and from where.</summary>
    [JsonIgnore]
    public string? ContentSecurityPolicy { get; init; }

    /// <summary>An answer of bytes as they are.</summary>
    /// <param name="cacheFor">How long anybody may keep them without asking.</param>
    public static BytesAnswer Of(byte[] bytes, string contentType, TimeSpan cacheFor, string? contentSecurityPolicy = null) =>
        new(Gzipped(bytes), new(bytes), contentType, cacheFor) { ContentSecurityPolicy = contentSecurityPolicy };

    /// <summary>An answer of bytes that are gzipped.</summary>
    /// <param name="cacheFor">How long anybody may keep them without asking.</param>
    public static BytesAnswer OfGzipped(byte[] gzipped, string contentType, TimeSpan cacheFor) =>
        new(gzipped, new(() => Unzipped(gzipped)), contentType, cacheFor);

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        response.Headers.XContentTypeOptions = "nosniff";
        if (ContentSecurityPolicy is not null)
        {
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        }

        if (EntityTag.IsKnown(context.HttpContext, _tag, string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)_cacheFor.TotalSeconds}")))
        {
            return;
        }

        var zip = request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
        if (zip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        var body = zip ? _gzipped : _plain.Value;
        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private static byte[] Unzipped(byte[] gzipped)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(gzipped), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
