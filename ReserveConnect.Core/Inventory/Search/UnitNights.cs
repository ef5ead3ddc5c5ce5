namespace ReserveConnect.Inventory.Search;

/// <summary>
/// The nights of one unit from the index's first day on: a bit for each night that can be sold, and for each day the
/// number of its terms. Never changed once made: a change makes another one, and readers go on with the one they have.
/// </summary>
internal sealed class UnitNights
{
    private readonly ulong[] _sellable;
    private readonly ushort[] _termsOf;
    private readonly NightTerms[] _terms;

    private UnitNights(ulong[] sellable, ushort[] termsOf, NightTerms[] terms)
    {
        _sellable = sellable;
        _termsOf = termsOf;
        _terms = terms;
    }

    /// <summary>Sum of the nights' prices in cents, if a stay on them is sold; else null.</summary>
    /// <param name="first">Day of arrival, counted from the index's first day.</param>
    /// <param name="count">Number of nights, at least one.</param>
    public long? Sum(int first, int count)
    {
        if (first < 0 || first + count > _termsOf.Length || !AreSellable(first, count))
        {
            return null;
        }

        var arrival = _terms[_termsOf[first]];
        if (count < arrival.MinStay || count > arrival.MaxStay || arrival.ClosedToArrival)
        {
            return null;
        }

        var departure = first + count;
        if (departure < _termsOf.Length && _terms[_termsOf[departure]].ClosedToDeparture)
        {
            return null;
        }

        var cents = 0L;
        for (var day = first; day < departure; day++)
        {
            cents += _terms[_termsOf[day]].Cents;
        }

        return cents;
    }

    /// <summary>The same nights with those of a range replaced by what the calendar says of them now.</summary>
    /// <param name="first">First day of the range.</param>
    /// <param name="to">Day after its last.</param>
    /// <param name="nights">The calendar's rows in the range.</param>
    public UnitNights With(int first, int to, IEnumerable<(int Day, bool IsSellable, NightTerms Terms)> nights)
    {
        var builder = new Builder(_termsOf.Length);
        for (var day = 0; day < _termsOf.Length; day++)
        {
            if (day < first || day >= to)
            {
                builder.Set(day, IsSellable(day), _terms[_termsOf[day]]);
            }
        }

        foreach (var (day, isSellable, terms) in nights)
        {
            builder.Set(day, isSellable, terms);
        }

        return builder.Build();
    }

    private bool IsSellable(int day) => (_sellable[day >> 6] & (1UL << (day & 63))) != 0;

    private bool AreSellable(int first, int count)
    {
        while (count > 0)
        {
            var bit = first & 63;
            var here = Math.Min(count, 64 - bit);
            var mask = (here == 64 ? ulong.MaxValue : (1UL << here) - 1) << bit;
            if ((_sellable[first >> 6] & mask) != mask)
            {
                return false;
            }

            first += here;
            count -= here;
        }

        return true;
    }

    /// <summary>Puts nights together, in any order.</summary>
    internal sealed class Builder(int days)
    {
        private readonly ulong[] _sellable = new ulong[(days + 63) / 64];
        private readonly ushort[] _termsOf = new ushort[days];
        private readonly List<NightTerms> _terms = [NightTerms.None];
        private Dictionary<NightTerms, ushort>? _numbers;
        private int _last;

        /// <summary>Sets a day; days outside the index are left out.</summary>
        public void Set(int day, bool isSellable, in NightTerms terms)
        {
            if (day < 0 || day >= _termsOf.Length)
            {
                return;
            }

            if (isSellable)
            {
                _sellable[day >> 6] |= 1UL << (day & 63);
            }

            // Nights that follow each other are mostly alike.
            if (_terms[_last] != terms)
            {
                _last = Number(terms);
            }

            _termsOf[day] = (ushort)_last;
        }

        public UnitNights Build() => new(_sellable, _termsOf, [.. _terms]);

        private int Number(NightTerms terms)
        {
            _numbers ??= new Dictionary<NightTerms, ushort> { [NightTerms.None] = 0 };
            if (!_numbers.TryGetValue(terms, out var number))
            {
                number = (ushort)_terms.Count;
                _numbers.Add(terms, number);
                _terms.Add(terms);
            }

            return number;
        }
    }

    /// <summary>Bytes that the nights take, without the objects' headers.</summary>
    public int Bytes => (_sellable.Length * sizeof(ulong)) + (_termsOf.Length * sizeof(ushort)) + (_terms.Length * 16);
}
