namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A refund of a PIX charge.</summary>
/// <param name="Id">Mercado Pago's id, digits.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">BRL.</param>
public sealed record PixRefund(string Id, PixRefundStatus Status, decimal Amount);

/// <summary>Mercado Pago's <c>refund.status</c>.</summary>
public enum PixRefundStatus
{
    /// <summary>Given back.</summary>
    Approved,

    /// <summary>On its way.</summary>
    InProcess,

    /// <summary>Refused; nothing went back.</summary>
    Rejected,

    /// <summary>Called off; nothing went back.</summary>
    Cancelled,

    /// <summary>Agreed, not yet made.</summary>
    Authorized,
}
