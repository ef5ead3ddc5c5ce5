using System.Numerics;

namespace ReserveConnect.Inventory.Search;

/// <summary>Amenities as bits, by their numbers in the standard vocabulary.</summary>
internal readonly record struct AmenitySet(ulong Low, ulong High)
{
    /// <summary>With one more.</summary>
    /// <param name="bit">0 to 127.</param>
    public AmenitySet With(int bit) => bit < 64 ? new(Low | (1UL << bit), High) : new(Low, High | (1UL << (bit - 64)));

    public static AmenitySet operator |(AmenitySet left, AmenitySet right) => new(left.Low | right.Low, left.High | right.High);

    /// <summary>Whether all of the others are in it.</summary>
    public bool Contains(AmenitySet others) => (Low & others.Low) == others.Low && (High & others.High) == others.High;

    /// <summary>Adds one to the count of each of them.</summary>
    /// <param name="counts">By number, 128 of them.</param>
    public void CountInto(Span<int> counts)
    {
        CountInto(counts, Low);
        CountInto(counts[64..], High);
    }

    private static void CountInto(Span<int> counts, ulong bits)
    {
        for (; bits != 0; bits &= bits - 1)
        {
            counts[BitOperations.TrailingZeroCount(bits)]++;
        }
    }
}
