namespace ReserveConnect.Providers;

/// <summary>A movement of our money as its provider lists it.</summary>
/// <param name="Id">The provider's id of the movement; where it has none, what tells it from the others of its list.</param>
/// <param name="Type">The provider's word, as <c>charge</c>, <c>REFUND</c>.</param>
/// <param name="Movement">What it is in the books' words (<see cref="ProviderMovement"/>), or <paramref name="Type"/>: nothing that the books know.</param>
/// <param name="Reference">What it is of: the payment, the transfer, or else the object that made it.</param>
/// <param name="SourceId">The provider's object that made it; null: none is named.</param>
/// <param name="Amount">Into our balance, or with a minus out of it; before the fee.</param>
/// <param name="Fee">What the provider took beside it; negative when it gave a fee back.</param>
/// <param name="Currency">ISO 4217 in upper case.</param>
/// <param name="At">The instant at which it was made.</param>
/// <param name="ExternalReference">Our own reference, where the provider repeats it.</param>
public sealed record ProviderTransaction(
    string Id,
    string Type,
    string Movement,
    string Reference,
    string? SourceId,
    decimal Amount,
    decimal Fee,
    string Currency,
    DateTimeOffset At,
    string? ExternalReference = null);

/// <summary>The movements that the books know.</summary>
public static class ProviderMovement
{
    /// <summary>A guest pays.</summary>
    public const string Payment = "payment";

    /// <summary>Money goes back to a guest, or a refund fails.</summary>
    public const string Refund = "refund";

    /// <summary>A bank takes a guest's money back, or gives it back to us.</summary>
    public const string Dispute = "dispute";

    /// <summary>A property is paid, or what it was paid comes back.</summary>
    public const string Payout = "payout";
}
