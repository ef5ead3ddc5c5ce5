using System.Globalization;

namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A PIX to send out of our balance at Mercado Pago.</summary>
/// <param name="PayoutId">Our payout.</param>
/// <param name="KeyType"><c>CPF</c>, <c>CNPJ</c>, <c>EMAIL</c>, <c>PHONE</c> or <c>PIX_CODE</c> (a random key).</param>
/// <param name="Key">The receiver's PIX key; personal data.</param>
/// <param name="OwnerDocumentType"><c>CPF</c> or <c>CNPJ</c>.</param>
/// <param name="OwnerDocument">The receiver's document, digits; it has to be the key's owner's.</param>
/// <param name="Amount">BRL, at most two places.</param>
/// <param name="Attempt">1, and one more after each refusal: Mercado Pago takes a reference once, also of a transfer that it refused.</param>
public sealed record PixTransferOrder(
    Guid PayoutId,
    string KeyType,
    string Key,
    string OwnerDocumentType,
    string OwnerDocument,
    decimal Amount,
    int Attempt = 1)
{
    /// <summary>The reference at Mercado Pago: the payout's id as 32 hexadecimal digits, with <c>-2</c>, <c>-3</c>, ... from the second attempt on.</summary>
    public string ExternalReference => Attempt == 1 ? $"{PayoutId:N}" : $"{PayoutId:N}-{Attempt}";

    /// <summary>The payout and the attempt that a reference names; null: it is none of ours.</summary>
    public static (Guid PayoutId, int Attempt)? Read(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Split('-') switch
        {
            [var id] when Guid.TryParseExact(id, "N", out var payout) => (payout, 1),
            [var id, var attempt] when Guid.TryParseExact(id, "N", out var payout) && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (payout, number),
            _ => null,
        };
    }
}
