using System.Collections.Immutable;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>
/// The index of a city that was made up, the same in every run: properties of one to four units, three nights in four free
/// in runs as bookings leave them, prices by weekday and season.
/// </summary>
internal static class GeneratedCity
{
    private const int Seed = 17;
    private const int MeanRun = 5;
    private static readonly CancellationPolicyCopy Policy = new("moderate", "Moderate", []);

    /// <summary>The index of a city with so many units.</summary>
    /// <param name="days">Nights of each unit.</param>
    public static CityIndex Make(int units, DateOnly today, int days)
    {
        var random = new Random(Seed);
        var vocabulary = AmenityCodes.Of([.. Enumerable.Range(0, 60).Select(i => (i == 0 ? "wifi" : $"a{i}", (short)i))]);
        var city = new SearchCity(Guid.CreateVersion7(), "generated", "America/Sao_Paulo", "BRL");
        List<PropertyCard> properties = [];
        var offers = new (UnitOffer, string[])[units];
        var nights = new UnitNights[units];
        var builder = new UnitNights.Builder(days);
        for (var unit = 0; unit < units;)
        {
            var card = Card(random, properties.Count);
            properties.Add(card);
            for (var rooms = random.Next(1, 5); rooms > 0 && unit < units; rooms--, unit++)
            {
                var plan = new RatePlan("BRL", 2, random.Next(100, 900), 50, 80, 5, [new(7, 10)]);
                offers[unit] = (
                    new UnitOffer(
                        Id(random, unit), card.Id, city.Id, Guid.Empty, card.Name, $"Quarto {rooms}", city.TimeZone, random.Next(2, 7), new RatePlans(plan),
                        ImmutableArray<TaxRate>.Empty, Policy),
                    []);
                nights[unit] = Nights(random, builder, plan, today, days);
            }
        }

        return new CityIndex(city, today, days, vocabulary, properties, offers, nights);
    }

    private static PropertyCard Card(Random random, int number)
    {
        string[] amenities = [.. Enumerable.Range(0, 60).Where(_ => random.Next(3) == 0).Select(i => i == 0 ? "wifi" : $"a{i}")];
        return new(
            Id(random, number), $"casa-{number}", $"Casa {number}", random.Next(3) == 0 ? "house" : "pousada", "Rua São José",
            -28 - random.NextDouble(), -49 - random.NextDouble(), random.Next(4) == 0 ? null : 3 + (random.Next(200) / 100m), random.Next(300),
            "moderate", amenities, [])
        { Number = number };
    }

    // Ids in the order of the numbers, as version 7 ids of rows that were made one after the other.
    private static Guid Id(Random random, int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        BitConverter.TryWriteBytes(bytes, number);
        bytes[..4].Reverse();
        return new Guid(bytes, bigEndian: true);
    }

    private static UnitNights Nights(Random random, UnitNights.Builder builder, RatePlan plan, DateOnly today, int days)
    {
        var (free, left) = (true, 0);
        for (var day = 0; day < days; day++)
        {
            if (left-- <= 0)
            {
                free = random.Next(4) > 0;
                left = random.Next(2 * MeanRun);
            }

            var date = today.AddDays(day);
            var weekend = date.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday;
            var cents = (long)(plan.BasePrice * 100) * (weekend ? 130 : 100) / 100 * (date.Month is 6 or 7 or 12 or 1 ? 140 : 100) / 100;
            builder.Set(day, new NightTerms(cents, (short)(weekend ? 2 : 1), 30, free, false, false));
        }

        return builder.Build();
    }
}
