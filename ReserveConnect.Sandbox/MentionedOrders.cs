namespace ReserveConnect.Sandbox;

/// <summary>
/// Orders of the control API in the order in which they were given. Those that mention an id are found by the words of a text, so that
/// thousands of them cost a call no more than a few do. Not safe for threads.
/// </summary>
internal sealed class MentionedOrders<T>
{
    /// <summary>A word so long is an id: no other word has it for a part.</summary>
    private const int ShortestId = 12;

    private readonly SortedDictionary<long, Entry> _all = [];
    private readonly Dictionary<string, List<Entry>> _byId = new(StringComparer.Ordinal);
    private readonly List<Entry> _others = [];
    private long _given;

    public bool IsEmpty => _all.Count == 0;

    public IReadOnlyList<T> All => [.. _all.Values.Select(entry => entry.Order)];

    /// <summary>Adds one behind the others.</summary>
    /// <param name="order">The order.</param>
    /// <param name="mentions">Only texts that have this; null: every text.</param>
    public void Add(T order, string? mentions)
    {
        var entry = new Entry(++_given, order, mentions);
        _all.Add(entry.Number, entry);
        Place(entry).Add(entry);
    }

    /// <summary>The first that is for this text; null: none.</summary>
    public Entry? First(string text, Func<T, bool> fits)
    {
        Entry? first = null;
        Look(_others);
        if (_byId.Count > 0)
        {
            var byWord = _byId.GetAlternateLookup<ReadOnlySpan<char>>();
            foreach (var word in new Words(text))
            {
                if (byWord.TryGetValue(word, out var named))
                    Look(named);
            }
        }

        return first;

        void Look(List<Entry> entries)
        {
            foreach (var entry in entries)
            {
                if ((first is null || entry.Number < first.Number)
                    && fits(entry.Order)
                    && (entry.Mentions is null || text.Contains(entry.Mentions, StringComparison.Ordinal)))
                    first = entry;
            }
        }
    }

    /// <summary>Whether any that mentions something fits.</summary>
    public bool AnyMentioned(Func<T, bool> fits) => _all.Values.Any(entry => entry.Mentions is not null && fits(entry.Order));

    public void Remove(Entry entry)
    {
        _all.Remove(entry.Number);
        var place = Place(entry);
        place.Remove(entry);
        if (place.Count == 0 && entry.Id is { } id)
            _byId.Remove(id);
    }

    /// <summary>Removes those that mention exactly this.</summary>
    public void Remove(string mentions)
    {
        foreach (var entry in PlaceOf(IdOf(mentions)).Where(entry => entry.Mentions == mentions).ToList())
            Remove(entry);
    }

    public void Clear()
    {
        _all.Clear();
        _byId.Clear();
        _others.Clear();
    }

    private static string? IdOf(string? mentions)
    {
        string? longest = null;
        foreach (var word in new Words(mentions))
        {
            if (word.Length >= ShortestId && word.Length > (longest?.Length ?? 0))
                longest = word.ToString();
        }

        return longest;
    }

    private List<Entry> Place(Entry entry) => PlaceOf(entry.Id ??= IdOf(entry.Mentions));

    private List<Entry> PlaceOf(string? id)
    {
        if (id is null)
            return _others;
        if (!_byId.TryGetValue(id, out var named))
            _byId[id] = named = [];
        return named;
    }

    /// <summary>An order with its place.</summary>
    internal sealed class Entry(long number, T order, string? mentions)
    {
        public long Number => number;

        public T Order { get; set; } = order;

        public string? Mentions => mentions;

        internal string? Id { get; set; }
    }

    /// <summary>The runs of letters and digits in a text.</summary>
    private ref struct Words(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _left = text;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly Words GetEnumerator() => this;

        public bool MoveNext()
        {
            var begin = 0;
            while (begin < _left.Length && !char.IsAsciiLetterOrDigit(_left[begin]))
                begin++;
            var end = begin;
            while (end < _left.Length && char.IsAsciiLetterOrDigit(_left[end]))
                end++;
            Current = _left[begin..end];
            _left = _left[end..];
            return !Current.IsEmpty;
        }
    }
}
