using Microsoft.Extensions.Options;

namespace ReserveConnect.Accounts.Oidc;

/// <summary>The issuers of <see cref="OidcOptions"/>, and the one way to them.</summary>
internal sealed class OidcIssuers : IDisposable
{
    private readonly HttpClient _http;
    private readonly Dictionary<string, OidcIssuer> _issuers;

    public OidcIssuers(IOptions<OidcOptions> options)
    {
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = options.Value.CallTimeout,
            MaxResponseContentBufferSize = options.Value.MaxResponseBytes,
        };
        _issuers = options.Value.Parsed.ToDictionary(
            entry => entry.Issuer, entry => new OidcIssuer(entry.Issuer, entry.ClientId, _http, options.Value), StringComparer.Ordinal);
    }

    /// <summary>The issuer of that name; null: none of ours.</summary>
    public OidcIssuer? Find(string name) => _issuers.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
