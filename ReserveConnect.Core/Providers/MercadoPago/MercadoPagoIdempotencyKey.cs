using System.Security.Cryptography;
using System.Text;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>The header <c>X-Idempotency-Key</c>, which Mercado Pago's contract declares to be a UUID.</summary>
internal static class MercadoPagoIdempotencyKey
{
    /// <summary>The operation id if it is a UUID, else the UUID (version 8) made of its SHA-256: always the same for the same id.</summary>
    public static string Of(string operationId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operationId);
        if (Guid.TryParseExact(operationId, "D", out var own))
            return own.ToString();
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(operationId))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
