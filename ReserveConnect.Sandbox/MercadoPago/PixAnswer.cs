namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>What a call is answered with.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
internal sealed record PixAnswer(int Status, byte[] Body)
{
    /// <summary>A payment.</summary>
    public static PixAnswer Of(PixPayment payment, int status = 200) => new(status, PixWriter.Bytes(json => PixWriter.Payment(json, payment)));

    /// <summary>A refund.</summary>
    public static PixAnswer Of(PixRefund refund, int status = 200) => new(status, PixWriter.Bytes(json => PixWriter.Refund(json, refund)));

    /// <summary>An error.</summary>
    public static PixAnswer Of(PixError error, DateTimeOffset now) => new(error.Status, PixWriter.Bytes(json => error.Write(json, now)));
}
