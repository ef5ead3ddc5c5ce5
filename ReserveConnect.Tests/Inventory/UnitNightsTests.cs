using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class UnitNightsTests
{
    private const int Days = 400;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1_000)]
    public void Nights_are_kept_whether_few_or_many_are_alike(int seed, int prices)
    {
        var random = new Random(seed);
        var builder = new UnitNights.Builder(Days);
        var first = Fill(builder, random, prices, out var firstNights);
        var second = Fill(builder, random, prices, out var secondNights);

        for (var day = 0; day < Days; day++)
        {
            Assert.Equal(firstNights[day], first[day]);
            Assert.Equal(secondNights[day], second[day]);
        }

        var changed = first.With(10, 20, [(12, secondNights[12]), (19, secondNights[19])]);
        for (var day = 0; day < Days; day++)
            Assert.Equal(day is 12 or 19 ? secondNights[day] : day is >= 10 and < 20 ? NightTerms.None : firstNights[day], changed[day]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_bits_name_exactly_the_units_with_every_night_of_a_stay(int seed)
    {
        const int Units = 150;
        var random = new Random(seed);
        var bits = new NightBits(Days, Units);
        var units = new UnitNights[Units];
        var builder = new UnitNights.Builder(Days);
        for (var unit = 0; unit < Units; unit++)
            bits.Set(unit, units[unit] = Fill(builder, random, 5, out _));
        bits.Set(3, units[3] = Fill(builder, random, 5, out _));

        for (var i = 0; i < 200; i++)
        {
            var (first, nights) = (random.Next(300), random.Next(1, 8));
            var last = first + random.Next(10);
            var found = new ulong[bits.Words];

            bits.Find(first, last, nights, found);

            for (var unit = 0; unit < Units; unit++)
            {
                var expected = Enumerable.Range(first, last - first + 1).Any(a => Enumerable.Range(a, nights).All(day => units[unit][day].IsSellable));
                Assert.Equal(expected, (found[unit / 64] & (1UL << (unit % 64))) != 0);
            }
        }
    }

    private static UnitNights Fill(UnitNights.Builder builder, Random random, int prices, out NightTerms[] nights)
    {
        nights = [.. Enumerable.Range(0, Days).Select(_ => random.Next(20) == 0
            ? NightTerms.None
            : new NightTerms(random.Next(prices) * 100, (short)random.Next(1, 3), 30, random.Next(4) > 0, random.Next(10) == 0, random.Next(10) == 0))];
        for (var day = Days - 1; day >= 0; day--)
            builder.Set(day, nights[day]);
        builder.Set(-1, nights[0]);
        builder.Set(Days, nights[0]);
        return builder.Build();
    }
}
