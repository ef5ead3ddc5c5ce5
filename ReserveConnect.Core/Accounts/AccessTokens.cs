using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Accounts;

/// <summary>A token and how long it lives.</summary>
/// <param name="ExpiresAt">UTC instant.</param>
public sealed record IssuedToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>What a valid token says: one of account with its session, or booking.</summary>
public sealed record TokenClaims(Guid? AccountId, Guid? SessionId, Guid? BookingIntentId);

/// <summary>
/// Signs and reads this system's access tokens (RFC 9068, HMAC-SHA256). A token names an account and its session, or one
/// booking; what the account may do is not in it, so a role that is taken away is gone at once.
/// </summary>
public sealed class AccessTokens(SigningKeys keys, TimeProvider clock, IOptions<TokenOptions> options)
{
    private const string Type = "at+jwt";
    private const string SessionClaim = "sid";
    private const string BookingClaim = "booking_intent_id";

    /// <summary>A longer text is no token of ours.</summary>
    private const int MostCharacters = 4096;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MostCharacters };

    /// <summary>A token for an account in one of its sessions.</summary>
    public IssuedToken ForAccount(Guid accountId, Guid sessionId) =>
        Sign(options.Value.AccountLifetime, new(JwtRegisteredClaimNames.Sub, accountId.ToString()), new(SessionClaim, sessionId.ToString()));

    /// <summary>A token for one booking, from the hold on; given to whoever made it.</summary>
    public IssuedToken ForCheckout(Guid bookingIntentId) => ForBooking(bookingIntentId, options.Value.CheckoutLifetime);

    /// <summary>A token for one booking, given to whoever knows its e-mail and confirmation code.</summary>
    public IssuedToken ForBooking(Guid bookingIntentId) => ForBooking(bookingIntentId, options.Value.BookingLifetime);

    /// <summary>What a token says; null when it is expired, altered, unsigned, of another issuer or audience, or no token.</summary>
    public async Task<TokenClaims?> ReadAsync(string token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > MostCharacters)
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, Rules());
        if (!result.IsValid || result.SecurityToken is not JsonWebToken read)
        {
            return null;
        }

        var account = Id(read, JwtRegisteredClaimNames.Sub);
        var session = Id(read, SessionClaim);
        var booking = Id(read, BookingClaim);
        return (account, session, booking) is ({ }, { }, null) or (null, null, { }) ? new(account, session, booking) : null;
    }

    private IssuedToken ForBooking(Guid bookingIntentId, TimeSpan lifetime) => Sign(lifetime, new Claim(BookingClaim, bookingIntentId.ToString()));

    private IssuedToken Sign(TimeSpan lifetime, params Claim[] claims)
    {
        var now = clock.GetUtcNow();
        var expires = now + lifetime;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Subject = new ClaimsIdentity([.. claims, new(JwtRegisteredClaimNames.Jti, Guid.CreateVersion7(now).ToString())]),
            SigningCredentials = new(keys.Current, SecurityAlgorithms.HmacSha256),
        });
        return new(token, expires);
    }

    private TokenValidationParameters Rules() => new()
    {
        ValidTypes = [Type],
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidIssuer = options.Value.Issuer,
        ValidAudience = options.Value.Audience,
        IssuerSigningKeys = keys.All,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        // The library's own reads the machine's clock.
        LifetimeValidator = (from, to, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return from <= now + options.Value.ClockSkew && now - options.Value.ClockSkew < to;
        },
    };

    private static Guid? Id(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text) && Guid.TryParse(text, out var id) ? id : null;
}
