using System.Buffers.Text;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ReserveConnect.Tests.Accounts;

/// <summary>An OpenID Connect issuer on a loopback port: its discovery document, its keys, and the tokens it would sign.</summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    public const string ClientId = "reserve-client";

    private readonly HttpListener _listener;
    private readonly Task _serving;
    private readonly ECDsaSecurityKey _curve = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "curve" };
    private RsaSecurityKey _key = NewKey();
    private int _questions;

    private IssuerServer(HttpListener listener, string name)
    {
        (_listener, Name) = (listener, name);
        _serving = ServeAsync();
    }

    /// <summary>As in <c>iss</c>.</summary>
    public string Name { get; }

    /// <summary>Requests so far.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>A key of somebody else.</summary>
    public static SigningCredentials Stranger { get; } = new(NewKey(), SecurityAlgorithms.RsaSha256);

    /// <summary>What is public, taken for a secret.</summary>
    public SigningCredentials PublicKeyAsSecret => new(
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_key.Rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = _key.KeyId }, SecurityAlgorithms.HmacSha256);

    public static IssuerServer Start()
    {
        for (var tries = 0; ; tries++)
        {
            var name = $"http://127.0.0.1:{RandomNumberGenerator.GetInt32(20_000, 30_000)}/staff";
            var listener = new HttpListener { Prefixes = { $"{name}/" } };
            try
            {
                listener.Start();
                return new(listener, name);
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // Somebody listens there.
            }
        }
    }

    /// <summary>Signs with another key from now on, and knows the old one no more.</summary>
    public void Rotate() => _key = NewKey();

    /// <summary>A token for somebody, in order unless it is changed.</summary>
    public string Token(TimeProvider clock, string email, string algorithm = SecurityAlgorithms.RsaSha256, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = $"subject of {email.ToLowerInvariant()}", ["jti"] = Guid.CreateVersion7().ToString(), ["email"] = email, ["email_verified"] = true, ["amr"] = new[] { "pwd", "mfa" },
            },
            SigningCredentials = algorithm == SecurityAlgorithms.RsaSha256 ? new(_key, algorithm) : new SigningCredentials(_curve, algorithm),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>The same ES256 token with the other signature that holds for it.</summary>
    public static string WithOtherSignature(string token)
    {
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        var at = token.LastIndexOf('.');
        var signature = Base64Url.DecodeFromChars(token.AsSpan(at + 1));
        var other = order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = other.ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        bytes.CopyTo(signature, 64 - bytes.Length);
        return $"{token[..at]}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _questions);
            var body = JsonSerializer.SerializeToUtf8Bytes(context.Request.Url!.AbsolutePath.EndsWith("/keys", StringComparison.Ordinal)
                ? Keys()
                : new Dictionary<string, object> { ["issuer"] = Name, ["jwks_uri"] = $"{Name}/keys" });
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }

    private Dictionary<string, object> Keys()
    {
        var rsa = _key.Rsa.ExportParameters(false);
        var curve = _curve.ECDsa.ExportParameters(false);
        return new()
        {
            ["keys"] = new object[]
            {
                new { kty = "RSA", use = "sig", kid = _key.KeyId, n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", use = "sig", kid = _curve.KeyId, crv = "P-256", x = Base64Url.EncodeToString(curve.Q.X), y = Base64Url.EncodeToString(curve.Q.Y) },
            },
        };
    }

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.CreateVersion7().ToString() };
}
