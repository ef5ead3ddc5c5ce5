namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>What a call is answered with.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON.</param>
internal sealed record PixAnswer(int Status, byte[] Body)
{
    /// <summary>What was made; null: nothing.</summary>
    public PixMade? Made { get; init; }

    /// <summary>A payment.</summary>
    public static PixAnswer Of(PixPayment payment, int status = 200) => new(status, PixWriter.Bytes(json => PixWriter.Payment(json, payment))) { Made = new PixMade(payment.Id, null) };

    /// <summary>A refund.</summary>
    public static PixAnswer Of(PixRefund refund, int status = 200) => new(status, PixWriter.Bytes(json => PixWriter.Refund(json, refund))) { Made = new PixMade(refund.PaymentId, refund.Id) };

    /// <summary>A PIX sent.</summary>
    public static PixAnswer Of(PixTransfer transfer, int status = 200) =>
        new(status, PixWriter.Bytes(json => PixTransferWriter.Write(json, transfer))) { Made = new PixMade(0, null, transfer.Id) };

    /// <summary>An error.</summary>
    public static PixAnswer Of(PixError error, DateTimeOffset now) => new(error.Status, PixWriter.Bytes(json => error.Write(json, now)));
}

/// <summary>The object that an idempotency key stands for: a repeated call is answered with it as it is then.</summary>
internal sealed record PixMade(long Payment, long? Refund, string? Transfer = null);
