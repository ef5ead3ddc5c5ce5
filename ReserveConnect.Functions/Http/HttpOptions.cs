using System.ComponentModel.DataAnnotations;
using System.Net;

namespace ReserveConnect.Functions.Http;

/// <summary>Section <c>Reserve:Http</c>: whom to believe about a request, what of it is too much, and what answers say to browsers.</summary>
public sealed class HttpOptions : IValidatableObject
{
    public const string Section = "Reserve:Http";

    /// <summary>
    /// Networks of the proxies before this process, <c>10.0.0.0/8,127.0.0.1/32</c>. Only what these say of a client's address
    /// and scheme is believed; empty: nobody.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>How many proxies there are in a row; entries further left in the header are the client's own words.</summary>
    [Range(1, 10)]
    public int ForwardedHops { get; set; } = 1;

    /// <summary>The header in which a trusted proxy names its client; behind Azure Front Door <c>X-Azure-ClientIP</c>.</summary>
    [Required]
    public string ClientAddressHeader { get; set; } = "X-Forwarded-For";

    /// <summary>Longest query string, in characters; a longer one is answered 400 <c>query_too_long</c>.</summary>
    [Range(1, 8_192)]
    public int MaxQueryCharacters { get; set; } = 4_096;

    /// <summary>Parameters in a query; more are answered 400 <c>too_many_parameters</c>.</summary>
    [Range(1, 1_000)]
    public int MaxQueryParameters { get; set; } = 50;

    /// <summary>Longest value of one header, in characters; a longer one is answered 400 <c>header_too_long</c>.</summary>
    [Range(1, 32_768)]
    public int MaxHeaderCharacters { get; set; } = 8_192;

    /// <summary>How long browsers shall remember to come by https; zero: nothing is said of it.</summary>
    public TimeSpan HstsMaxAge { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Fewest bytes of an answer that is worth compressing; shorter ones fit one packet as they are.</summary>
    [Range(0, int.MaxValue)]
    public int CompressFromBytes { get; set; } = 1_024;

    /// <summary>Whether clients come by https though no trusted proxy says so.</summary>
    public bool AlwaysHttps { get; set; }

    /// <summary>Pages of other origins that may call this API from a browser.</summary>
    public CorsSettings Cors { get; set; } = new();

    internal IEnumerable<string> ProxyNetworks => Entries(TrustedProxies);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var entry in ProxyNetworks.Where(entry => !IPNetwork.TryParse(entry, out _)))
        {
            yield return new($"Reserve:Http:TrustedProxies: '{entry}' is no network such as 10.0.0.0/8", [nameof(TrustedProxies)]);
        }

        foreach (var entry in Cors.OriginList.Where(entry => !CorsSettings.IsOrigin(entry)))
        {
            yield return new($"Reserve:Http:Cors:Origins: '{entry}' is no origin such as https://www.example.com", [nameof(Cors)]);
        }
    }

    internal static string[] Entries(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What browsers may do here on behalf of other origins. Lists are separated by commas.</summary>
public sealed class CorsSettings
{
    /// <summary>Exact origins, <c>https://www.example.com</c>; empty: none, and where the platform answers for us.</summary>
    public string Origins { get; set; } = "";

    /// <summary>Methods that such a page may use.</summary>
    public string Methods { get; set; } = "GET,POST,PUT,PATCH,DELETE";

    /// <summary>Headers that such a page may send.</summary>
    public string Headers { get; set; } = "Authorization,Content-Type,Idempotency-Key,If-None-Match";

    /// <summary>Headers of an answer that such a page may read.</summary>
    public string ExposedHeaders { get; set; } = "ETag,Location,Retry-After,WWW-Authenticate";

    /// <summary>How long a browser may remember that it may.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether such a page may send cookies along. Tokens are sent as <c>Authorization</c> and need none.</summary>
    public bool AllowCredentials { get; set; }

    internal string[] OriginList => HttpOptions.Entries(Origins);

    // '*' is none: an origin that is allowed is named.
    internal static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.GetLeftPart(UriPartial.Authority) == text
        && !text.Contains('*', StringComparison.Ordinal);
}
