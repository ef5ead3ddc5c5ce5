namespace ReserveConnect.Providers.MercadoPago;

/// <summary>A PIX that we sent (Mercado Pago's transaction intent), amounts in BRL.</summary>
/// <param name="Id">Mercado Pago's id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Amount">What was sent.</param>
/// <param name="FailureReason">Why it failed or came back, Mercado Pago's word, as <c>insufficient_funds</c>, <c>by_bank</c>; null of one that did not.</param>
/// <param name="ExternalReference"><see cref="PixTransferOrder.ExternalReference"/>.</param>
/// <param name="CreatedAt">The instant at which it was made.</param>
public sealed record PixTransfer(
    string Id,
    PixTransferState State,
    decimal Amount,
    string? FailureReason,
    string ExternalReference,
    DateTimeOffset CreatedAt)
{
    /// <summary>What of it the receiving bank sent back; the whole amount once it is <see cref="PixTransferState.Returned"/>.</summary>
    public decimal AmountReturned { get; init; }
}

/// <summary>Where a PIX that we sent stands; Mercado Pago's <c>status</c> and <c>status_detail</c> in four words.</summary>
public enum PixTransferState
{
    /// <summary>On its way: its end is not known yet.</summary>
    Pending,

    /// <summary>The receiver has it. A bank may still send it back, days later.</summary>
    Succeeded,

    /// <summary>Refused; the money never left, or is back in our balance.</summary>
    Failed,

    /// <summary>The receiver had it, and its bank sent all of it back.</summary>
    Returned,
}
