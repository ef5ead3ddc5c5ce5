using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// The nights of one unit from the index's first day on: for each day the number of its terms, in a byte where a byte is
/// enough, and behind them the terms. Never changed once made: a change makes another one, and readers go on with the one
/// they have. All of it is one piece of memory: in a big city a search spends its time waiting for these.
/// </summary>
internal readonly struct UnitNights
{
    // Number of days, then bytes that a number takes.
    private const int Head = 8;
    private const int WidthAt = 4;
    private static readonly int TermsBytes = Unsafe.SizeOf<NightTerms>();

    private readonly byte[] _memory;

    private UnitNights(ReadOnlySpan<ushort> termsOf, ReadOnlySpan<NightTerms> terms)
    {
        var width = terms.Length <= byte.MaxValue + 1 ? sizeof(byte) : sizeof(ushort);
        var at = TermsAt(termsOf.Length, width);
        _memory = new byte[at + (terms.Length * TermsBytes)];
        BinaryPrimitives.WriteInt32LittleEndian(_memory, termsOf.Length);
        _memory[WidthAt] = (byte)width;
        for (var day = 0; day < termsOf.Length; day++)
        {
            if (width == sizeof(byte))
            {
                _memory[Head + day] = (byte)termsOf[day];
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(_memory.AsSpan(Head + (day * sizeof(ushort))), termsOf[day]);
            }
        }

        MemoryMarshal.AsBytes(terms).CopyTo(_memory.AsSpan(at));
    }

    /// <summary>Days that there are.</summary>
    public int Days => BinaryPrimitives.ReadInt32LittleEndian(_memory);

    /// <summary>Bytes that the nights take, with the header of what holds them.</summary>
    public int Bytes => _memory.Length + 24;

    /// <summary>Reads from where a day and its terms are, for nothing but that they be near when they are wanted.</summary>
    public int Touch(int day) => _memory[Head + day] + _memory[^1];

    /// <summary>The terms of a day.</summary>
    public ref readonly NightTerms this[int day]
    {
        get
        {
            var number = _memory[WidthAt] == sizeof(byte)
                ? _memory[Head + day]
                : BinaryPrimitives.ReadUInt16LittleEndian(_memory.AsSpan(Head + (day * sizeof(ushort))));
            return ref MemoryMarshal.Cast<byte, NightTerms>(_memory.AsSpan(TermsAt(Days, _memory[WidthAt])))[number];
        }
    }

    /// <summary>Sum of the nights' prices in cents if a stay on them is sold; else null.</summary>
    /// <param name="first">Day of arrival, counted from the index's first day.</param>
    /// <param name="count">Number of nights, at least one.</param>
    public long? Sum(int first, int count)
    {
        if (first < 0 || first + count > Days || !this[first].AllowsArrival(count))
        {
            return null;
        }

        var departure = first + count;
        if (departure < Days && this[departure].ClosedToDeparture)
        {
            return null;
        }

        var cents = 0L;
        for (var day = first; day < departure; day++)
        {
            ref readonly var night = ref this[day];
            if (!night.IsSellable)
            {
                return null;
            }

            cents += night.Cents;
        }

        return cents;
    }

    /// <summary>The same nights with those of a range replaced by what the calendar says of them now.</summary>
    /// <param name="first">First day of the range.</param>
    /// <param name="to">Day after its last.</param>
    /// <param name="nights">The calendar's rows in the range.</param>
    public UnitNights With(int first, int to, IEnumerable<(int Day, NightTerms Terms)> nights)
    {
        var builder = new Builder(Days);
        for (var day = 0; day < Days; day++)
        {
            if (day < first || day >= to)
            {
                builder.Set(day, this[day]);
            }
        }

        foreach (var (day, terms) in nights)
        {
            builder.Set(day, terms);
        }

        return builder.Build();
    }

    // On a multiple of eight: the terms have whole words in them.
    private static int TermsAt(int days, int width) => (Head + (days * width) + 7) & ~7;

    /// <summary>Puts nights together, in any order. Can be used again after <see cref="Build"/>.</summary>
    internal sealed class Builder(int days)
    {
        private readonly ushort[] _termsOf = new ushort[days];
        private readonly List<NightTerms> _terms = [NightTerms.None];
        private readonly Dictionary<NightTerms, ushort> _numbers = [];
        private int _last;

        /// <summary>Sets a day; days outside the index are left out.</summary>
        public void Set(int day, in NightTerms terms)
        {
            if (day < 0 || day >= _termsOf.Length)
            {
                return;
            }

            // Nights that follow each other are mostly alike.
            if (_terms[_last] != terms)
            {
                _last = Number(terms);
            }

            _termsOf[day] = (ushort)_last;
        }

        public UnitNights Build()
        {
            var nights = new UnitNights(_termsOf, CollectionsMarshal.AsSpan(_terms));
            Array.Clear(_termsOf);
            _terms.RemoveRange(1, _terms.Count - 1);
            _numbers.Clear();
            _last = 0;
            return nights;
        }

        private int Number(in NightTerms terms)
        {
            if (terms == NightTerms.None)
            {
                return 0;
            }

            if (!_numbers.TryGetValue(terms, out var number))
            {
                number = (ushort)_terms.Count;
                _numbers.Add(terms, number);
                _terms.Add(terms);
            }

            return number;
        }
    }
}
