using System.Globalization;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Benchmarks.Searching;

/// <summary>Searches as people make them, the same in every run.</summary>
internal sealed class SearchQueries
{
    private const int Seed = 20240629;
    private const int Different = 5_000;
    private readonly StaySearch[] _searches;
    private readonly string[] _paths;

    /// <param name="city">Slug of the city that is searched.</param>
    /// <param name="today">Today there.</param>
    /// <param name="days">Days from today on that stays begin in.</param>
    public SearchQueries(string city, DateOnly today, int days = 180)
    {
        var random = new Random(Seed);
        _searches = [.. Enumerable.Range(0, Different).Select(_ => Make(random, city, today, days))];
        _paths = [.. _searches.Select(Path)];
    }

    /// <summary>Path and query of search <paramref name="number"/>; they come round again.</summary>
    public string Number(int number) => _paths[number % _paths.Length];

    /// <summary>Search <paramref name="number"/> as the application reads it.</summary>
    public StaySearch Search(int number) => _searches[number % _searches.Length];

    private static StaySearch Make(Random random, string city, DateOnly today, int days)
    {
        var checkIn = today.AddDays(random.Next(3, days));
        var nights = random.Next(1, 8);
        var sort = random.Next(3) == 0 ? SearchSort.Rating : SearchSort.Price;
        decimal? price = random.Next(3) == 0 ? random.Next(2, 12) * 100 : null;
        var filter = CatalogueFilter.None with { Amenities = random.Next(4) == 0 ? ["wifi"] : [] };
        return new StaySearch(
            city, StayDates.Exactly(checkIn, checkIn.AddDays(nights)), random.Next(1, 5), 0, 0, filter, null, price, sort, 20, SeenProperties.None);
    }

    private static string Path(StaySearch search)
    {
        var order = search.Sort == SearchSort.Rating ? "&sort=rating" : "";
        var price = search.PriceMax is { } most ? $"&price_max={most:0}" : "";
        var amenity = search.Filter.Amenities.Count > 0 ? $"&amenities={search.Filter.Amenities[0]}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"search?city={search.City}&check_in={search.Dates.From:yyyy-MM-dd}&check_out={search.Dates.To:yyyy-MM-dd}&adults={search.Adults}{order}{price}{amenity}");
    }
}
