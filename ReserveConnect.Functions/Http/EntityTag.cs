using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// The <c>ETag</c> of an answer's bytes, and what goes with it. Weak (RFC 9110 section 8.8.1): the same answer is sent plain,
/// gzipped or in brotli, and its bytes then differ.
/// </summary>
internal static class EntityTag
{
    private const int Bytes = 12;

    /// <summary>The tag of these bytes.</summary>
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash[..Bytes])}\"", isWeak: true);
    }

    /// <summary>
    /// Writes the headers by which an answer is kept and asked for again; they are the same whether or not it is sent.
    /// </summary>
    /// <returns>Whether the client has it already: the answer is then 304, and its body is left out.</returns>
    public static bool IsKnown(HttpContext context, EntityTagHeaderValue tag, string cacheControl)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = cacheControl;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (!request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            return false;
        }

        response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
