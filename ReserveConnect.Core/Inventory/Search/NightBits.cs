using System.Numerics;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// For each day a bit for every unit: whether its night can be sold. A stay of some nights needs the bits of all of them, so
/// a few words of memory a night tell which of a city's units are worth a look. It only narrows down: a unit's own nights
/// decide, and they are replaced as a whole.
/// </summary>
internal sealed class NightBits
{
    private const int Bits = 64;
    private readonly ulong[][] _days;

    public NightBits(int days, int units)
    {
        Words = (units + Bits - 1) / Bits;
        _days = new ulong[days][];
        for (var day = 0; day < days; day++)
        {
            _days[day] = new ulong[Words];
        }
    }

    /// <summary>Words that a day takes.</summary>
    public int Words { get; }

    /// <summary>Bytes that all days take.</summary>
    public long Bytes => (long)_days.Length * Words * sizeof(ulong);

    /// <summary>Sets the days of a unit. One writer at a time; readers see the old or the new bit of each night.</summary>
    public void Set(int unit, UnitNights nights)
    {
        var bit = 1UL << (unit % Bits);
        for (var day = 0; day < _days.Length; day++)
        {
            ref var word = ref _days[day][unit / Bits];
            Volatile.Write(ref word, nights[day].IsSellable ? word | bit : word & ~bit);
        }
    }

    /// <summary>The units that have all nights of a stay with an arrival in a range.</summary>
    /// <param name="first">First day of arrival; not negative.</param>
    /// <param name="last">Last day of arrival; the stay ends before the days do.</param>
    /// <param name="nights">Number of nights.</param>
    /// <param name="units">A bit for each unit; <see cref="Words"/> long.</param>
    public void Find(int first, int last, int nights, Span<ulong> units)
    {
        units.Clear();
        Span<ulong> run = Words <= 256 ? stackalloc ulong[Words] : new ulong[Words];
        for (var arrival = first; arrival <= last; arrival++)
        {
            _days[arrival].CopyTo(run);
            for (var day = arrival + 1; day < arrival + nights; day++)
            {
                And(run, _days[day]);
            }

            Or(units, run);
        }
    }

    private static void And(Span<ulong> left, ReadOnlySpan<ulong> right)
    {
        var at = 0;
        for (; at <= left.Length - Vector<ulong>.Count; at += Vector<ulong>.Count)
        {
            (new Vector<ulong>(left[at..]) & new Vector<ulong>(right[at..])).CopyTo(left[at..]);
        }

        for (; at < left.Length; at++)
        {
            left[at] &= right[at];
        }
    }

    private static void Or(Span<ulong> left, ReadOnlySpan<ulong> right)
    {
        var at = 0;
        for (; at <= left.Length - Vector<ulong>.Count; at += Vector<ulong>.Count)
        {
            (new Vector<ulong>(left[at..]) | new Vector<ulong>(right[at..])).CopyTo(left[at..]);
        }

        for (; at < left.Length; at++)
        {
            left[at] |= right[at];
        }
    }
}
