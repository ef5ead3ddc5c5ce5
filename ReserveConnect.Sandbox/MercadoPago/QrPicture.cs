using QRCoder;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>Draws QR codes.</summary>
internal static class QrPicture
{
    private const int PixelsPerModule = 4;

    /// <summary>A PNG in base64, without a <c>data:</c> prefix.</summary>
    public static string Base64Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(code);
        return Convert.ToBase64String(png.GetGraphic(PixelsPerModule));
    }
}
