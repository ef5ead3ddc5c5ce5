using System.Buffers;
using System.Numerics;

namespace ReserveConnect.Inventory.Search;

/// <summary>One search over one city's index: docs/search.md in code.</summary>
internal sealed class StaySearcher
{
    /// <summary>Units whose nights are waited for together.</summary>
    private const int BlockSize = 32;

    private readonly CityIndex _city;
    private readonly StaySearch _search;
    private readonly PropertyTest _test;
    private readonly int _firstArrival;
    private readonly int _lastArrival;
    private readonly long _leastCents;
    private readonly long _mostCents;
    private readonly FirstOf<Found> _page;
    private readonly FacetCounter? _facets;
    private int _total;
    private int _touched;

    public StaySearcher(CityIndex city, StaySearch search)
    {
        _city = city;
        _search = search;
        _test = new PropertyTest(city, search.Filter);
        var dates = search.Dates;
        _firstArrival = Math.Max(0, dates.From.DayNumber - city.FirstDay.DayNumber);
        _lastArrival = Math.Min(dates.To.DayNumber - city.FirstDay.DayNumber, city.Days) - dates.Nights;
        _leastCents = search.PriceMin is { } least ? (long)decimal.Ceiling(least * 100m) : 0;
        _mostCents = search.PriceMax is { } most ? (long)decimal.Floor(most * 100m) : long.MaxValue;
        _page = new(search.Limit);
        _facets = search.WithFacets ? new(city) : null;
    }

    public SearchResult Run()
    {
        if (_lastArrival >= _firstArrival)
        {
            var candidates = ArrayPool<ulong>.Shared.Rent(_city.Bits.Words);
            try
            {
                var words = candidates.AsSpan(0, _city.Bits.Words);
                _city.Bits.Find(_firstArrival, _lastArrival, _search.Dates.Nights, words);
                LookAt(words);
            }
            finally
            {
                ArrayPool<ulong>.Shared.Return(candidates);
            }
        }

        var page = _page.InOrder();
        List<SearchHit> hits = [.. page.Select(Hit)];
        var next = _page.Offered > page.Count ? _search.Seen.With(hits.Select(hit => hit.Property.Number)) : null;
        return new SearchResult(hits, _total, next, _facets?.Facets(), _search.WithNearFits ? NearFits.Of(_city, _search, _test) : null);
    }

    private void LookAt(ReadOnlySpan<ulong> candidates)
    {
        Span<Candidate> block = stackalloc Candidate[BlockSize];
        var (count, property, failed) = (0, -1, FailedFilters.Other);
        var best = Best.None;
        for (var word = 0; word < candidates.Length; word++)
        {
            for (var bits = candidates[word]; bits != 0; bits &= bits - 1)
            {
                var number = (word * 64) + BitOperations.TrailingZeroCount(bits);
                ref readonly var unit = ref _city.Facts[number];
                if (unit.Property != property)
                {
                    property = unit.Property;
                    failed = _test.Failed(property, _city.Properties[property]);
                }

                if (!IsLookedAt(failed) || unit.MaxOccupancy < _search.Guests || !unit.Amenities.Contains(_test.Amenities))
                {
                    continue;
                }

                block[count++] = new(number, property, failed);
                if (count == block.Length)
                {
                    LookAt(block, ref best);
                    count = 0;
                }
            }
        }

        LookAt(block[..count], ref best);
        Settle(best);
    }

    private void LookAt(ReadOnlySpan<Candidate> block, ref Best best)
    {
        // In a big city the nights are not in the processor's cache. Touched all at once they are waited for together.
        foreach (var candidate in block)
        {
            _touched += _city.Nights(candidate.Unit).Touch(_firstArrival);
        }

        foreach (var candidate in block)
        {
            if (candidate.Property != best.Property)
            {
                Settle(best);
                best = Best.None with { Property = candidate.Property, Failed = candidate.Failed };
            }

            LookAt(candidate.Unit, ref best);
        }
    }

    // A facet leaves one filter out, so a property that fails two of them is of no use to any.
    private bool IsLookedAt(FailedFilters failed) =>
        failed == FailedFilters.None || (_facets is not null && failed != FailedFilters.Other && BitOperations.IsPow2((uint)failed));

    private void LookAt(int number, ref Best best)
    {
        // Read once: a change in between replaces the nights as a whole.
        var nights = _city.Nights(number);
        var canBeHad = false;
        for (var arrival = _firstArrival; arrival <= _lastArrival; arrival++)
        {
            if (nights.Sum(arrival, _search.Dates.Nights) is not { } cents
                || _city.Total(number, arrival, _search.Dates.Nights, _search.Guests, cents) is not { } total)
            {
                continue;
            }

            best.AnyTotal = Math.Min(best.AnyTotal, total);
            if (total >= _leastCents && total <= _mostCents)
            {
                canBeHad = true;
                if (total < best.Total || (total == best.Total && arrival < best.Arrival))
                {
                    (best.Total, best.Unit, best.Arrival) = (total, number, arrival);
                }
            }
        }

        best.Amenities = canBeHad ? best.Amenities | _city.Facts[number].Amenities : best.Amenities;
    }

    private void Settle(in Best best)
    {
        if (best.AnyTotal == long.MaxValue)
        {
            return;
        }

        var (property, failed) = (best.Property, best.Failed | (best.Unit < 0 ? FailedFilters.Price : 0));
        ref readonly var indexed = ref _city.Properties[property];
        _facets?.Count(failed, indexed, best.Amenities, best.AnyTotal);
        if (failed != FailedFilters.None)
        {
            return;
        }

        _total++;
        if (_search.Seen.Contains(indexed.Card.Number))
        {
            return;
        }

        var key = _test.Key(_search.Sort, property, indexed, best.Total);
        if (_page.Takes(key))
        {
            _page.Add(new Found(best.Unit, best.Arrival, best.Total), key);
        }
    }

    private SearchHit Hit(Found found)
    {
        var unit = _city.UnitsInOrder[found.Unit];
        var card = _city.Properties[unit.Property].Card;
        var checkIn = _city.FirstDay.AddDays(found.Arrival);
        return new SearchHit(
            card, unit.Offer.UnitId, unit.Offer.UnitName, unit.Offer.MaxOccupancy, checkIn, checkIn.AddDays(_search.Dates.Nights),
            found.Total / 100m, unit.Offer.Plans.On(checkIn).Currency, _test.Metres(card));
    }

    /// <summary>A unit that has the nights and fits the filters.</summary>
    private readonly record struct Candidate(int Unit, int Property, FailedFilters Failed);

    /// <summary>What is kept for a page.</summary>
    private readonly record struct Found(int Unit, int Arrival, long Total);

    /// <summary>The cheapest stay of a property so far.</summary>
    private struct Best
    {
        public static readonly Best None = new() { Property = -1, Unit = -1, Total = long.MaxValue, AnyTotal = long.MaxValue };

        public int Property;
        public FailedFilters Failed;
        public int Unit;
        public int Arrival;
        public long Total;

        /// <summary>Of any stay that is sold, whatever the price filter says.</summary>
        public long AnyTotal;

        /// <summary>Of all units with a stay within the price filter.</summary>
        public AmenitySet Amenities;
    }
}
