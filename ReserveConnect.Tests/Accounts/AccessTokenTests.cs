using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ReserveConnect.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class AccessTokenTests
{
    private static readonly string First = Key("first", 1);
    private static readonly string Second = Key("second", 2);

    private readonly ShiftedClock _clock = new();
    private readonly Guid _account = Guid.CreateVersion7();
    private readonly Guid _session = Guid.CreateVersion7();

    [Fact]
    public async Task A_token_names_its_account_and_session_and_nothing_that_they_may_do()
    {
        var token = Tokens(First).ForAccount(_account, _session).Token;

        Assert.Equal(new TokenClaims(_account, _session, null), await Tokens(First).ReadAsync(token));
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub"], Part(token, 1).Select(claim => claim.Key).Order());
        Assert.Equal(("at+jwt", "HS256", "first"), (Text(Part(token, 0), "typ"), Text(Part(token, 0), "alg"), Text(Part(token, 0), "kid")));
    }

    [Fact]
    public async Task A_token_that_has_run_out_is_none()
    {
        var token = Tokens(First).ForAccount(_account, _session).Token;
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.NotNull(await Tokens(First).ReadAsync(token));
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Null(await Tokens(First).ReadAsync(token));
    }

    [Fact]
    public async Task A_token_of_which_any_character_is_another_is_none()
    {
        var token = Tokens(First).ForAccount(_account, _session).Token;
        var tokens = Tokens(First);

        for (var at = 0; at < token.Length; at++)
        {
            // The last character of a part may carry bits that stand for nothing.
            if (token[at] == '.' || at + 1 == token.Length || token[at + 1] == '.')
                continue;
            var altered = string.Concat(token.AsSpan(0, at), token[at] == 'A' ? "B" : "A", token.AsSpan(at + 1));
            Assert.Null(await tokens.ReadAsync(altered));
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS384")]
    [InlineData("RS256")]
    public async Task A_token_of_another_algorithm_is_none(string algorithm)
    {
        var token = Tokens(First).ForAccount(_account, _session).Token;
        var header = Part(token, 0);
        header["alg"] = algorithm;
        var head = Encode(header);
        var parts = token.Split('.');

        Assert.Null(await Tokens(First).ReadAsync($"{head}.{parts[1]}."));
        Assert.Null(await Tokens(First).ReadAsync($"{head}.{parts[1]}.{parts[2]}"));
        Assert.Null(await Tokens(First).ReadAsync($"{parts[0]}.{parts[1]}."));
    }

    [Fact]
    public async Task A_token_signed_with_our_key_by_another_algorithm_is_none()
    {
        var token = Signed(algorithm: SecurityAlgorithms.HmacSha512);

        Assert.Null(await Tokens(Key("first", 1, 64)).ReadAsync(token));
    }

    [Fact]
    public async Task A_token_of_another_audience_issuer_type_or_key_is_none()
    {
        Assert.NotNull(await Tokens(First).ReadAsync(Signed()));
        Assert.Null(await Tokens(First).ReadAsync(Signed(audience: "another-api")));
        Assert.Null(await Tokens(First).ReadAsync(Signed(issuer: "somebody")));
        Assert.Null(await Tokens(First).ReadAsync(Signed(type: "JWT")));
        Assert.Null(await Tokens(First).ReadAsync(Signed(type: null)));
        Assert.Null(await Tokens(Second).ReadAsync(Signed()));
        Assert.Null(await Tokens(Key("first", 9)).ReadAsync(Signed()));
    }

    [Fact]
    public async Task A_token_that_never_ends_or_has_not_begun_is_none()
    {
        Assert.Null(await Tokens(First).ReadAsync(Signed(expires: null)));
        Assert.Null(await Tokens(First).ReadAsync(Signed(notBefore: _clock.GetUtcNow().AddMinutes(5))));
    }

    [Fact]
    public async Task A_token_that_names_an_account_without_a_session_or_both_an_account_and_a_booking_is_none()
    {
        Assert.Null(await Tokens(First).ReadAsync(Signed(claims: new() { ["sub"] = $"{_account}" })));
        Assert.Null(await Tokens(First).ReadAsync(Signed(claims: new() { ["sub"] = $"{_account}", ["sid"] = $"{_session}", ["booking_intent_id"] = $"{_session}" })));
        Assert.Null(await Tokens(First).ReadAsync(Signed(claims: new() { ["sub"] = "admin", ["sid"] = $"{_session}" })));
        Assert.Null(await Tokens(First).ReadAsync(Signed(claims: [])));
    }

    [Fact]
    public async Task A_new_key_signs_and_the_old_one_is_accepted_until_it_is_taken_away()
    {
        var old = Tokens(First).ForAccount(_account, _session).Token;
        var rotated = Tokens($"{Second},{First}");
        var fresh = rotated.ForAccount(_account, _session).Token;

        Assert.Equal("second", Text(Part(fresh, 0), "kid"));
        Assert.NotNull(await rotated.ReadAsync(old));
        Assert.NotNull(await rotated.ReadAsync(fresh));
        Assert.Null(await Tokens(Second).ReadAsync(old));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9")]
    public async Task What_is_no_token_is_none(string text) => Assert.Null(await Tokens(First).ReadAsync(text));

    [Fact]
    public async Task A_text_of_any_length_is_read_or_refused_and_never_fails() => Assert.Null(await Tokens(First).ReadAsync(new string('a', 1_000_000)));

    [Theory]
    [InlineData("")]
    [InlineData("nokey")]
    [InlineData(":AAAA")]
    [InlineData("short:AAAA")]
    [InlineData("bad:%%%%")]
    public void Keys_that_could_sign_nothing_are_refused_without_being_shown(string setting)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => KeyRing.Parse(setting, "Reserve:Tokens:SigningKeys"));

        Assert.StartsWith("Reserve:Tokens:SigningKeys", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_named_twice_is_refused() => Assert.Throws<OptionsValidationException>(() => KeyRing.Parse($"{First},{Key("first", 3)}", "x"));

    private AccessTokens Tokens(string keys)
    {
        var options = Options.Create(new TokenOptions { SigningKeys = keys });
        return new(new(options), _clock, options);
    }

    // What somebody with our key, or with part of what makes a token, could make.
    private string Signed(
        string audience = "reserve-connect-api", string issuer = "reserve-connect", string? type = "at+jwt", string algorithm = SecurityAlgorithms.HmacSha256,
        DateTimeOffset? notBefore = null, Dictionary<string, object>? claims = null, int? expires = 15)
    {
        var now = _clock.GetUtcNow();
        var key = new SymmetricSecurityKey(Bytes(1, algorithm == SecurityAlgorithms.HmacSha512 ? 64 : 32)) { KeyId = "first" };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Issuer = issuer,
            Audience = audience,
            NotBefore = (notBefore ?? now).UtcDateTime,
            Expires = expires is { } minutes ? now.AddMinutes(minutes).UtcDateTime : null,
            Claims = claims ?? new() { ["sub"] = $"{_account}", ["sid"] = $"{_session}" },
            SigningCredentials = new(key, algorithm),
        });
    }

    private static string Key(string id, byte filling, int length = 32) => $"{id}:{Convert.ToBase64String(Bytes(filling, length))}";

    private static byte[] Bytes(byte filling, int length) => [.. Enumerable.Repeat(filling, length)];

    private static JsonObject Part(string token, int index) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[index]))!.AsObject();

    private static string Text(JsonObject part, string name) => part[name]!.GetValue<string>();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString(JsonSerializerOptions.Default)));
}
