using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Searches that anybody might make, and some that nobody would.</summary>
internal sealed class RandomSearches(Random random, RandomCity city)
{
    private static readonly string[] Words = ["casa", "chale", "CHALÉ", "arvore", "arvroe", "mont", "montanah", "montnhaa", "suit", "rua", "ó", "b", "12", "%' OR 1=1 --", "...", "joze", "d'agua", "pousda verde"];
    private static readonly string[] Amenities = ["wifi", "Wi-Fi", "piscina", "hot tub", "hot_tub", "estacionamento", "tv", "Cozinha"];
    private static readonly decimal?[] Ratings = [null, null, null, null, 0, 3, 3.5m, 4.25m, 4.5m, 4.999m, 5];

    /// <summary>A search for stays, its first page.</summary>
    public StaySearch Stay()
    {
        var filter = Filter();
        var dates = Dates();
        var sort = Sort(filter);
        return new StaySearch(
            city.Slug, dates, 1 + random.Next(3), random.Next(3), random.Next(3), filter, null, null, sort,
            Rarely(3) ? 100 : 1 + random.Next(6), SeenProperties.None, Rarely(3), Rarely(3) && !dates.IsFlexible);
    }

    /// <summary>A look through the catalogue, its first page.</summary>
    public CatalogueQuery Catalogue()
    {
        var filter = Filter();
        return new CatalogueQuery(
            city.Slug, filter, 1 + random.Next(5), null, null, Sort(filter), Rarely(3) ? 100 : 1 + random.Next(6), SeenProperties.None);
    }

    /// <summary>A price filter whose ends are prices that were found, or are just beside one.</summary>
    public (decimal? Min, decimal? Max) Prices(IReadOnlyList<decimal> found)
    {
        var (min, max) = (Price(), Price());
        return min > max ? (max, min) : (min, max);

        decimal? Price() => Rarely(3) || found.Count == 0 ? null : found[random.Next(found.Count)] + (Rarely(3) ? 0.01m * (random.Next(3) - 1) : 0);
    }

    /// <summary>A stay in a unit of the city.</summary>
    public StayRequest Request()
    {
        var checkIn = city.Today.AddDays(random.Next(64) - 1);
        return new StayRequest(city.UnitIds[random.Next(city.UnitIds.Count)], checkIn, checkIn.AddDays(1 + random.Next(5)), 1 + random.Next(3), random.Next(2));
    }

    private StayDates Dates()
    {
        var from = city.Today.AddDays(random.Next(66) - 3);
        var nights = 1 + (Rarely(3) ? random.Next(12) : random.Next(3));
        return Rarely(2) ? new StayDates(from, from.AddDays(nights + 1 + random.Next(40)), nights) : StayDates.Exactly(from, from.AddDays(nights));
    }

    private CatalogueFilter Filter()
    {
        var point = Rarely(2) ? new GeoPoint(Math.Round(-28 + random.NextDouble(), 3), Rarely(4) ? 179.9 : -49.5) : (GeoPoint?)null;
        return new CatalogueFilter(
            Rarely(5) ? Of(Words) + (Rarely(3) ? " " + Of(Words) : "") : null,
            Rarely(4) ? [Of(Amenities), .. Rarely(3) ? (string[])[Of(Amenities)] : [], .. Rarely(20) ? (string[])["zeppelin"] : []] : [],
            Rarely(4) ? [Of(RandomCity.AllTypes).ToUpperInvariant(), .. Rarely(2) ? (string[])["cabin"] : [], .. Rarely(3) ? (string[])["castle"] : []] : [],
            Rarely(4) ? [Of((string[])["flexible", "moderate", "strict"]), "non_refundable"] : [],
            Of(Ratings),
            Rarely(4) ? Box() : null,
            point,
            point is not null && Rarely(2) ? Math.Round((decimal)random.NextDouble() * 80, 3) : null);
    }

    // Across the date line, the whole map, or a part of the city.
    private GeoBox Box() => random.Next(6) switch
    {
        0 or 1 => new GeoBox(-28, 179, -27.5, -49.4),
        2 => new GeoBox(-90, -180, 90, 180),
        _ => new GeoBox(-28 + (random.NextDouble() * 0.2), -49.6, -27.7, Rarely(2) ? -49.3 : 180),
    };

    private SearchSort Sort(CatalogueFilter filter)
    {
        var sort = (SearchSort)random.Next(4);
        return sort is SearchSort.Distance && filter.Point is null ? SearchSort.Price : sort;
    }

    private bool Rarely(int oneIn) => random.Next(oneIn) == 0;

    private T Of<T>(T[] pool) => pool[random.Next(pool.Length)];
}
