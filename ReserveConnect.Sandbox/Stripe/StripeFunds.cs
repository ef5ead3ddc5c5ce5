namespace ReserveConnect.Sandbox.Stripe;

/// <summary>
/// The account's balance, kept as movements are made: what may be sent out now, and what becomes free later. Under the book's lock.
/// </summary>
internal sealed class StripeFunds
{
    private readonly Dictionary<string, long> _available = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _pending = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Currency, long Net), long> _later = new();

    /// <summary>Currencies that something was moved in.</summary>
    public IReadOnlyCollection<string> Currencies => [.. _available.Keys.Union(_pending.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Counts a new movement.</summary>
    public void Add(BalanceTransaction movement)
    {
        var net = movement.Amount - movement.Fee;
        if (movement.AvailableOn <= movement.Created)
        {
            Change(_available, movement.Currency, net);
            return;
        }

        Change(_pending, movement.Currency, net);
        _later.Enqueue((movement.Currency, net), movement.AvailableOn);
    }

    /// <summary>What may be sent out at an instant, unix seconds.</summary>
    public long Available(string currency, long now)
    {
        Free(now);
        return _available.GetValueOrDefault(currency);
    }

    /// <summary>What is ours and not free yet.</summary>
    public long Pending(string currency, long now)
    {
        Free(now);
        return _pending.GetValueOrDefault(currency);
    }

    private void Free(long now)
    {
        while (_later.TryPeek(out var movement, out var at) && at <= now)
        {
            _later.Dequeue();
            Change(_pending, movement.Currency, -movement.Net);
            Change(_available, movement.Currency, movement.Net);
        }
    }

    private static void Change(Dictionary<string, long> sums, string currency, long net) =>
        sums[currency] = sums.GetValueOrDefault(currency) + net;
}
