using System.Text.Json.Serialization.Metadata;
using ReserveConnect.Sandbox.Control;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>Objects of one kind, in the order in which they were made.</summary>
internal sealed class StripeShelf<T>(string kind, JsonTypeInfo<T> type, Func<T, string> idOf, Action<T>? added = null)
    where T : class
{
    private readonly Dictionary<string, T> _byId = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private int _forgotten;

    /// <summary>The object, null if unknown.</summary>
    public T? this[string? id] => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>Newest first.</summary>
    public IEnumerable<T> Newest
    {
        get
        {
            for (var i = _order.Count - 1; i >= _forgotten; i--)
                yield return _byId[_order[i]];
        }
    }

    /// <summary>Sets an object, new or old.</summary>
    public T Put(Change change, T value)
    {
        Set(value);
        change.Put(kind, idOf(value), value, type);
        return value;
    }

    /// <summary>Forgets the oldest until so many are left.</summary>
    public void Trim(Change change, int left)
    {
        while (_byId.Count > left)
        {
            var oldest = _order[_forgotten++];
            _byId.Remove(oldest);
            change.Remove(kind, oldest);
        }

        // Now and then, so that a long run does not keep the ids of all that it forgot.
        if (_forgotten > left)
        {
            _order.RemoveRange(0, _forgotten);
            _forgotten = 0;
        }
    }

    /// <summary>Takes an object of an earlier run, if it is of this kind.</summary>
    public void Restore(JournalEntry entry)
    {
        if (entry.Kind == kind)
            Set(entry.Read(type));
    }

    private void Set(T value)
    {
        var id = idOf(value);
        if (!_byId.ContainsKey(id))
        {
            _order.Add(id);
            added?.Invoke(value);
        }

        _byId[id] = value;
    }
}

/// <summary>Everything that Stripe knows. Read and changed under <see cref="Gate"/> only.</summary>
internal sealed class StripeBook
{
    public StripeBook() => Balance = new("balance_transaction", StripeJson.Default.BalanceTransaction, b => b.Id, movement =>
    {
        Funds.Add(movement);
        Faults.Made(movement.Id, Names(movement));
    });

    /// <summary>How movements of the balance are listed.</summary>
    public TransactionFaults Faults { get; } = new();

    /// <summary>Guards everything here.</summary>
    public Lock Gate { get; } = new();

    public StripeShelf<Intent> Intents { get; } = new("payment_intent", StripeJson.Default.Intent, i => i.Id);

    public StripeShelf<Charge> Charges { get; } = new("charge", StripeJson.Default.Charge, c => c.Id);

    public StripeShelf<Refund> Refunds { get; } = new("refund", StripeJson.Default.Refund, r => r.Id);

    public StripeShelf<BalanceTransaction> Balance { get; }

    /// <summary>The sums of <see cref="Balance"/>.</summary>
    public StripeFunds Funds { get; } = new();

    public StripeShelf<PaymentMethod> Methods { get; } = new("payment_method", StripeJson.Default.PaymentMethod, m => m.Id);

    public StripeShelf<Dispute> Disputes { get; } = new("dispute", StripeJson.Default.Dispute, d => d.Id);

    public StripeShelf<Account> Accounts { get; } = new("account", StripeJson.Default.Account, a => a.Id);

    public StripeShelf<Transfer> Transfers { get; } = new("transfer", StripeJson.Default.Transfer, t => t.Id);

    /// <summary>The transfer that a reversal is of, by the reversal's id; null: unknown.</summary>
    public string? TransferOf(string reversal) => Transfers.Newest.FirstOrDefault(transfer => transfer.Reversals.Any(one => one.Id == reversal))?.Id;

    public StripeShelf<Event> Events { get; } = new("event", StripeJson.Default.Event, e => e.Id);

    /// <summary>The movements of the balance as they are listed at an instant, newest first.</summary>
    public IEnumerable<BalanceTransaction> Listed(DateTimeOffset now) => Balance.Newest.SelectMany(movement => Faults.Listed(
        movement.Id, movement, DateTimeOffset.FromUnixTimeSeconds(movement.Created), now,
        (one, cents) => one with { Amount = one.Amount + cents }, one => one with { Id = one.Id[..^4] + "twin" }));

    /// <summary>Falsifies how movements of the balance are listed.</summary>
    public void Falsify(TransactionRule rule) => Faults.Decide(rule, Balance.Newest.Select(movement => (movement.Id, Names(movement))));

    /// <summary>Takes the objects of earlier runs.</summary>
    public void Restore(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            Intents.Restore(entry);
            Charges.Restore(entry);
            Refunds.Restore(entry);
            Balance.Restore(entry);
            Methods.Restore(entry);
            Disputes.Restore(entry);
            Accounts.Restore(entry);
            Transfers.Restore(entry);
            Events.Restore(entry);
        }
    }

    private IEnumerable<string?> Names(BalanceTransaction movement) =>
        [movement.Id, movement.Source, Charges[movement.Source]?.Intent ?? Refunds[movement.Source]?.Intent ?? Disputes[movement.Source]?.Intent];
}
