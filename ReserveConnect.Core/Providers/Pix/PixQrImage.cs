using QRCoder;

namespace ReserveConnect.Providers.Pix;

/// <summary>The picture of a BR Code, for where the provider sent none.</summary>
public static class PixQrImage
{
    private const int PixelsPerModule = 8;

    /// <summary>A PNG with the quiet zone and error correction level M.</summary>
    public static byte[] Png(string brCode)
    {
        ArgumentException.ThrowIfNullOrEmpty(brCode);
        using var code = QRCodeGenerator.GenerateQrCode(brCode, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(code);
        return png.GetGraphic(PixelsPerModule);
    }
}
