using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>
/// Signs payouts as Mercado Pago asks for in production: Ed25519 over the body, Base64 in <c>X-signature</c>. Without a key,
/// as in tests and the sandbox, requests say that they are not signed.
/// </summary>
internal sealed class PayoutSigner
{
    // .NET 10 has no Ed25519 of its own.
    private readonly Ed25519PrivateKeyParameters? _key;

    /// <summary>Takes the key.</summary>
    /// <param name="key"><see cref="MercadoPagoOptions.PayoutSigningKey"/>.</param>
    /// <exception cref="FormatException">It is no private key of Ed25519.</exception>
    public PayoutSigner(string key) => _key = key.Length == 0 ? null : Read(key);

    /// <summary>Signs a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, byte for byte.</param>
    public void Sign(HttpRequestMessage request, byte[] body)
    {
        request.Headers.Add("X-enforce-signature", _key is null ? "false" : "true");
        if (_key is null)
            return;
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _key);
        signer.BlockUpdate(body, 0, body.Length);
        request.Headers.Add("X-signature", Convert.ToBase64String(signer.GenerateSignature()));
    }

    // PKCS#8, as openssl genpkey writes it; also without the lines around it, because a vault's secret is one line.
    private static Ed25519PrivateKeyParameters Read(string key)
    {
        try
        {
            var base64 = PemEncoding.TryFind(key, out var pem) ? key[pem.Base64Data] : key;
            return PrivateKeyFactory.CreateKey(Convert.FromBase64String(base64)) as Ed25519PrivateKeyParameters
                ?? throw new FormatException("not a key of Ed25519");
        }
        catch (Exception malformed) when (malformed is not FormatException)
        {
            throw new FormatException("not a private key in PKCS#8", malformed);
        }
    }
}
