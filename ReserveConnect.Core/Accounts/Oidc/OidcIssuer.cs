using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Accounts.Oidc;

/// <summary>One issuer with the keys that it publishes, kept and asked for anew within bounds.</summary>
internal sealed class OidcIssuer
{
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _configuration;

    public OidcIssuer(string name, string clientId, HttpClient http, OidcOptions options)
    {
        (Name, ClientId) = (name, clientId);
        var address = new Uri($"{name.TrimEnd('/')}/.well-known/openid-configuration");
        _configuration = new(
            address.ToString(),
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(http) { RequireHttps = !address.IsLoopback })
        {
            AutomaticRefreshInterval = options.KeysLifetime,
            RefreshInterval = options.KeysRefresh,
        };
    }

    /// <summary>As it stands in <c>iss</c>.</summary>
    public string Name { get; }

    /// <summary>Ours, as it stands in <c>aud</c>.</summary>
    public string ClientId { get; }

    /// <summary>Its keys; null when it does not answer, or answers for another.</summary>
    public async Task<ICollection<SecurityKey>?> KeysAsync(CancellationToken cancellation)
    {
        try
        {
            var configuration = await _configuration.GetConfigurationAsync(cancellation);
            return configuration.Issuer == Name ? configuration.SigningKeys : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A token names a key that is not among them: they are asked for again, not more often than is allowed.</summary>
    public void KeyIsUnknown() => _configuration.RequestRefresh();
}
