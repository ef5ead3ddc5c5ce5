using System.Globalization;
using System.Text;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>The text of a PIX QR code as Mercado Pago makes it: a key, an amount, and the payment's id as transaction id.</summary>
internal static class BrCode
{
    /// <summary>Composes the code; fields as in the Central Bank's BR Code manual.</summary>
    public static string Of(MercadoPagoOptions options, decimal amount, long paymentId)
    {
        var account = Field("00", "br.gov.bcb.pix") + Field("01", options.PixKey);
        var code = Field("00", "01")
            + Field("26", account)
            + Field("52", "0000")
            + Field("53", "986")
            + Field("54", amount.ToString("0.00", CultureInfo.InvariantCulture))
            + Field("58", "BR")
            + Field("59", options.CollectorName)
            + Field("60", options.CollectorCity)
            + Field("62", Field("05", string.Create(CultureInfo.InvariantCulture, $"mpqrinter{paymentId}")))
            + "6304";
        return code + Crc(code).ToString("X4", CultureInfo.InvariantCulture);
    }

    /// <summary>CRC-16/CCITT-FALSE: polynomial 1021, start FFFF.</summary>
    public static ushort Crc(string text)
    {
        ushort crc = 0xFFFF;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            crc ^= (ushort)(b << 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
        }

        return crc;
    }

    private static string Field(string id, string value) => string.Create(CultureInfo.InvariantCulture, $"{id}{value.Length:00}{value}");
}
