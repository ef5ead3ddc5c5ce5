using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Accounts.Oidc;

/// <summary>What an issuer's token says of whom it lets in.</summary>
/// <param name="Issuer">With <paramref name="Subject"/> whom it means, whatever becomes of the address.</param>
/// <param name="ExpiresAt">UTC instant.</param>
internal sealed record IdentifiedStaff(string Issuer, string Subject, string Email, DateTimeOffset ExpiresAt);

/// <summary>Reads the ID tokens (OpenID Connect Core 1.0 section 3.1.3.7) of the issuers that are configured.</summary>
internal sealed class IdTokens(OidcIssuers issuers, TimeProvider clock, IOptions<OidcOptions> options, IOptions<TokenOptions> tokenOptions)
{
    /// <summary>A longer text is refused unread.</summary>
    private const int MostCharacters = 16 * 1024;

    /// <summary>OpenID Connect Core 1.0 section 2: <c>sub</c> has 255 ASCII characters at most.</summary>
    private const int LongestSubject = 255;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MostCharacters };

    /// <summary>Refusals: <c>invalid_id_token</c> (401), <c>issuer_unavailable</c> (503).</summary>
    public async Task<Outcome<IdentifiedStaff>> ReadAsync(string text, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MostCharacters || !_handler.CanReadToken(text) || Unverified(text) is not { } unverified
            || issuers.Find(unverified.Issuer) is not { } issuer)
        {
            return Invalid;
        }

        if (await issuer.KeysAsync(cancellation) is not { } keys)
        {
            return Refusal.Unavailable("issuer_unavailable", "The issuer of this token does not answer. Please try again.");
        }

        var result = await _handler.ValidateTokenAsync(text, Rules(issuer, keys));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            issuer.KeyIsUnknown();
        }

        return result.IsValid && result.SecurityToken is JsonWebToken token && IsFor(token, issuer) && IsFresh(token) && HasSecondFactor(token) && HasSubject(token)
            && EmailOf(token) is { } email
            ? new IdentifiedStaff(issuer.Name, token.Subject, email, new DateTimeOffset(token.ValidTo, TimeSpan.Zero))
            : Invalid;
    }

    internal static Refusal Invalid => Refusal.Unauthenticated("invalid_id_token", "This token does not let anybody in, or not any more.");

    private TokenValidationParameters Rules(OidcIssuer issuer, ICollection<SecurityKey> keys) => new()
    {
        // Never a symmetric algorithm: an issuer's public key would be its secret.
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
        ValidIssuer = issuer.Name,
        ValidAudience = issuer.ClientId,
        IssuerSigningKeys = keys,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, _, _) =>
        {
            var (now, skew) = (clock.GetUtcNow().UtcDateTime, tokenOptions.Value.ClockSkew);
            return (from is null || from <= now + skew) && now - skew < to;
        },
    };

    private JsonWebToken? Unverified(string text)
    {
        try
        {
            return _handler.ReadJsonWebToken(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // A token for several is for whom it was made: azp.
    private static bool IsFor(JsonWebToken token, OidcIssuer issuer) =>
        token.TryGetPayloadValue<string>("azp", out var party) ? party == issuer.ClientId : token.Audiences.Count() == 1;

    private bool IsFresh(JsonWebToken token)
    {
        var (now, skew) = (clock.GetUtcNow().UtcDateTime, tokenOptions.Value.ClockSkew);
        return token.IssuedAt <= now + skew && now - token.IssuedAt <= options.Value.MaxTokenAge + skew;
    }

    private bool HasSecondFactor(JsonWebToken token)
    {
        var wanted = options.Value.RequiredAmr.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var used = token.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value);
        return (wanted.Length == 0 || used.Intersect(wanted).Any())
            && (options.Value.RequiredAcr.Length == 0 || (token.TryGetPayloadValue<string>("acr", out var acr) && acr == options.Value.RequiredAcr));
    }

    private static bool HasSubject(JsonWebToken token) => token.Subject is { Length: > 0 and <= LongestSubject } subject && subject.All(char.IsAscii) && !subject.Any(char.IsControl);

    private string? EmailOf(JsonWebToken token)
    {
        var isVerified = !options.Value.RequireEmailVerified
            || token.Claims.Any(claim => claim is { Type: "email_verified", ValueType: ClaimValueTypes.Boolean, Value: "true" });
        return isVerified && token.TryGetPayloadValue<string>(options.Value.EmailClaim, out var email) && AccountEmail.IsValid(email) ? email : null;
    }
}
