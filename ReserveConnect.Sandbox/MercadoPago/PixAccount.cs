using System.Globalization;
using ReserveConnect.Sandbox.Control;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>A movement of the account's money, as Mercado Pago's account report lists it.</summary>
/// <param name="Number">1, 2, 3, ...</param>
/// <param name="Type">The report's <c>TRANSACTION_TYPE</c>, as <c>SETTLEMENT</c>.</param>
/// <param name="SourceId">The payment, refund or transfer that it is of.</param>
/// <param name="Amount">Into the account, or with a minus out of it; before the fee.</param>
/// <param name="Fee">What Mercado Pago took beside it; not negative.</param>
/// <param name="ExternalReference">The merchant's reference of the payment or transfer.</param>
/// <param name="PaymentId">The payment; null of what is of none.</param>
internal sealed record PixMovement(
    long Number, string Type, string SourceId, decimal Amount, decimal Fee, DateTimeOffset At, string? ExternalReference, long? PaymentId);

/// <summary>The account: its movements and what is in it. Under the book's lock.</summary>
internal sealed class PixAccount(Func<DateTimeOffset> now)
{
    private const string Kind = "movement";

    private readonly List<PixMovement> _movements = [];
    private decimal _total;

    /// <summary>How they are listed.</summary>
    public TransactionFaults Faults { get; } = new();

    /// <summary>The movements between two instants as the report of an instant lists them, oldest first.</summary>
    public IEnumerable<PixMovement> Listed(DateTimeOffset from, DateTimeOffset to, DateTimeOffset at) =>
        _movements.Where(movement => movement.At >= from && movement.At <= to).SelectMany(movement => Faults.Listed(
            Id(movement), movement, movement.At, at, (one, cents) => one with { Amount = one.Amount + (cents / 100m) }, one => one));

    /// <summary>Falsifies how movements are listed.</summary>
    public void Falsify(TransactionRule rule) => Faults.Decide(rule, Enumerable.Reverse(_movements).Select(movement => (Id(movement), Names(movement))));

    /// <summary>What may be sent out.</summary>
    public decimal Available => _total - Held;

    /// <summary>What is ours and kept from us: disputed, or on its way out.</summary>
    public decimal Held { get; private set; }

    /// <summary>Money comes in, or with a minus goes out.</summary>
    public void Add(Change change, string type, string sourceId, decimal amount, decimal fee = 0m, string? reference = null, long? payment = null)
    {
        var movement = new PixMovement(_movements.Count + 1, type, sourceId, amount, fee, now(), reference, payment);
        Faults.Made(Id(movement), Names(movement));
        Set(movement);
        change.Put(Kind, movement.Number.ToString(CultureInfo.InvariantCulture), movement, PixJson.Default.PixMovement);
    }

    /// <summary>Keeps money from being sent out, or with a minus lets it go.</summary>
    public void Hold(decimal amount) => Held += amount;

    /// <summary>What a payment's change moves.</summary>
    public void Moved(Change change, PixPayment? old, PixPayment payment)
    {
        var id = payment.Id.ToString(CultureInfo.InvariantCulture);
        if (old?.Approved is null && payment.Approved is not null)
            Add(change, "SETTLEMENT", id, payment.Amount, payment.Fee, payment.ExternalReference, payment.Id);
        foreach (var refund in payment.Refunds.Where(refund => refund.Status == "approved" && old?.Refunds.Any(was => was.Id == refund.Id && was.Status == "approved") is not true))
            Add(change, "REFUND", refund.Id.ToString(CultureInfo.InvariantCulture), -refund.Amount, 0m, payment.ExternalReference, payment.Id);
        if (IsTaken(payment) != (old is not null && IsTaken(old)))
        {
            var rest = payment.Amount - payment.Refunded;
            Add(change, "CHARGEBACK", id, IsTaken(payment) ? -rest : rest, 0m, payment.ExternalReference, payment.Id);
        }
    }

    /// <summary>What a payment keeps from us.</summary>
    public static decimal HeldBy(PixPayment? payment) => payment?.Status == "in_mediation" ? payment.Amount - payment.Refunded : 0m;

    /// <summary>Takes the movements of earlier runs.</summary>
    public void Restore(IEnumerable<JournalEntry> entries)
    {
        foreach (var movement in entries.Where(entry => entry.Kind == Kind).Select(entry => entry.Read(PixJson.Default.PixMovement)).OrderBy(m => m.Number))
            Set(movement);
    }

    private static string Id(PixMovement movement) => movement.Number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string?> Names(PixMovement movement) =>
        [movement.SourceId, movement.ExternalReference, movement.PaymentId?.ToString(CultureInfo.InvariantCulture)];

    private static bool IsTaken(PixPayment payment) => payment is { Status: "charged_back", StatusDetail: not "reimbursed" };

    private void Set(PixMovement movement)
    {
        _movements.Add(movement);
        _total += movement.Amount - movement.Fee;
    }
}
