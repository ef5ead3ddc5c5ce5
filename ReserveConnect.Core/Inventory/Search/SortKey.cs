namespace ReserveConnect.Inventory.Search;

/// <summary>A place in an order, least first; properties are numbered by their ids, so that no two places are alike.</summary>
internal readonly record struct SortKey(long First, long Second, long Third, int Property) : IComparable<SortKey>
{
    public int CompareTo(SortKey other)
    {
        if (First != other.First)
        {
            return First < other.First ? -1 : 1;
        }

        if (Second != other.Second)
        {
            return Second < other.Second ? -1 : 1;
        }

        return Third != other.Third ? Third.CompareTo(other.Third) : Property.CompareTo(other.Property);
    }
}

/// <summary>Keeps the first few of many in an order: a heap whose top is the last of those kept.</summary>
internal sealed class FirstOf<T>(int limit)
{
    private readonly PriorityQueue<T, SortKey> _kept = new(limit + 1, Comparer<SortKey>.Create((a, b) => b.CompareTo(a)));

    /// <summary>Everything that was offered.</summary>
    public int Offered { get; private set; }

    /// <summary>Whether something with this key would be kept; counts it as offered.</summary>
    public bool Takes(in SortKey key)
    {
        Offered++;
        return _kept.Count < limit || (_kept.TryPeek(out _, out var last) && key.CompareTo(last) < 0);
    }

    /// <summary>Keeps it. To be called after <see cref="Takes"/> said so.</summary>
    public void Add(T item, in SortKey key)
    {
        if (_kept.Count < limit)
        {
            _kept.Enqueue(item, key);
        }
        else
        {
            _kept.EnqueueDequeue(item, key);
        }
    }

    /// <summary>What was kept, in order.</summary>
    public List<T> InOrder()
    {
        List<T> items = new(_kept.Count);
        while (_kept.TryDequeue(out var item, out _))
        {
            items.Add(item);
        }

        items.Reverse();
        return items;
    }
}
