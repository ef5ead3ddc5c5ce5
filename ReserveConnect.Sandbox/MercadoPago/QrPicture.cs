using QRCoder;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Draws QR codes.</summary>
internal static class QrPicture
{
    private const int PixelsPerModule = 4;

    /// <summary>A PNG.</summary>
    public static byte[] Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var png = new PngByteQRCode(code);
        return png.GetGraphic(PixelsPerModule);
    }
}
