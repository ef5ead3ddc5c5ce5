using System.Globalization;
using System.Text;

namespace ReserveConnect.Providers.Pix;

/// <summary>
/// A PIX QR code's text (BR Code, EMV QRCPS-MPM): fields of two digits id, two digits length, value; the last is a
/// checksum over all before it. Source of the rules: Banco Central, Manual do BR Code.
/// </summary>
/// <param name="Payload">The text as it was read.</param>
/// <param name="Fields">The fields in their order.</param>
/// <param name="Key">PIX key of the receiver, in a static code.</param>
/// <param name="Url">Where the charge is read from, without <c>https://</c>, in a dynamic code.</param>
/// <param name="Amount">BRL; null if the code names none. Behind a <paramref name="Url"/> the charge's own amount wins.</param>
/// <param name="MerchantName">Name of the receiver.</param>
/// <param name="MerchantCity">City of the receiver.</param>
/// <param name="TxId">Reference of the charge; null for none (<c>***</c>).</param>
/// <param name="Once">True: may be paid once (point of initiation 12).</param>
public sealed record BrCode(
    string Payload,
    IReadOnlyList<BrCodeField> Fields,
    string? Key,
    string? Url,
    decimal? Amount,
    string MerchantName,
    string MerchantCity,
    string? TxId,
    bool Once)
{
    private const string Gui = "br.gov.bcb.pix";
    private const int MaxLength = 512;

    /// <summary>Reads a code and checks its form, its checksum and that it is a PIX code in BRL.</summary>
    public static BrCodeReading Parse(string payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Length > MaxLength)
            return Broken($"longer than {MaxLength} characters");
        if (BrCodeField.Split(payload) is not { Count: > 1 } fields)
            return Broken("a field's length does not fit");
        if (fields[0] is not { Id: "00", Value: "01" })
            return Broken("does not begin with the payload format 01");
        if (fields.Select(field => field.Id).Distinct().Count() != fields.Count)
            return Broken("a field is there twice");
        if (fields[^1] is not { Id: "63", Value.Length: 4 } checksum)
            return Broken("does not end with a checksum");
        if (Crc(payload[..^4]) != checksum.Value)
            return Broken("the checksum does not fit");

        var top = fields.ToDictionary(field => field.Id, field => field.Value);
        if (top.GetValueOrDefault("53") != "986" || top.GetValueOrDefault("58") != "BR")
            return Broken("is not in BRL for Brazil");
        if (top.GetValueOrDefault("59") is not { Length: >= 1 and <= 25 } name || top.GetValueOrDefault("60") is not { Length: >= 1 and <= 15 } city)
            return Broken("has no receiver's name or city");
        if (top.GetValueOrDefault("01") is not (null or "11" or "12"))
            return Broken("has an unknown point of initiation");
        if (Account(fields) is not { } account)
            return Broken("has no PIX account");
        var amount = Amount54(top.GetValueOrDefault("54"), out var amountFits);
        if (!amountFits)
            return Broken("the amount is not a number");
        var reference = (top.TryGetValue("62", out var additional) ? BrCodeField.Split(additional) : [])?
            .FirstOrDefault(field => field.Id == "05")?.Value;

        return new BrCodeReading(
            new BrCode(
                payload,
                fields,
                account.GetValueOrDefault("01"),
                account.GetValueOrDefault("25"),
                amount,
                name,
                city,
                reference is null or "***" ? null : reference,
                top.GetValueOrDefault("01") == "12"),
            null);
    }

    /// <summary>Whether the text is a well-formed PIX code with a right checksum.</summary>
    public static bool Verify(string payload) => Parse(payload).Code is not null;

    /// <summary>CRC-16/CCITT-FALSE as four upper-case hex digits. A code's own is over everything up to and including <c>6304</c>.</summary>
    public static string Crc(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var crc = 0xFFFF;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            crc ^= octet << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
        }

        return crc.ToString("X4", CultureInfo.InvariantCulture);
    }

    /// <summary>The account template (26 to 51) of PIX; others may stand beside it.</summary>
    private static Dictionary<string, string>? Account(IReadOnlyList<BrCodeField> fields) =>
        fields
            .Where(field => string.CompareOrdinal(field.Id, "26") >= 0 && string.CompareOrdinal(field.Id, "51") <= 0)
            .Select(field => BrCodeField.Split(field.Value))
            .OfType<IReadOnlyList<BrCodeField>>()
            .Where(inner => inner.Any(field => field.Id == "00" && string.Equals(field.Value, Gui, StringComparison.OrdinalIgnoreCase)))
            .Select(inner => inner.DistinctBy(field => field.Id).ToDictionary(field => field.Id, field => field.Value))
            .FirstOrDefault(account => account.ContainsKey("01") || account.ContainsKey("25"));

    private static decimal? Amount54(string? text, out bool fits)
    {
        fits = true;
        if (text is null)
            return null;
        fits = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && text.Length <= 13
            && decimal.Round(amount, 2) == amount;
        return fits ? amount : null;
    }

    private static BrCodeReading Broken(string error) => new(null, error);
}

/// <summary>What came of reading a BR Code: the code, or why it is none.</summary>
/// <param name="Code">Null if it is broken.</param>
/// <param name="Error">Null if it is good.</param>
public sealed record BrCodeReading(BrCode? Code, string? Error);
