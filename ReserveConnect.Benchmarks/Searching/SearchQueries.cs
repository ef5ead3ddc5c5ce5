namespace ReserveConnect.Benchmarks.Searching;

/// <summary>Searches as people make them, the same in every run.</summary>
internal sealed class SearchQueries(string city, DateOnly today)
{
    private const int Seed = 20240629;
    private const int Different = 5_000;
    private readonly string[] _queries = Make(city, today);

    /// <summary>Path and query of search <paramref name="number"/>; they come round again.</summary>
    public string Number(int number) => _queries[number % _queries.Length];

    private static string[] Make(string city, DateOnly today)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Different).Select(_ =>
        {
            var checkIn = today.AddDays(random.Next(3, 180));
            var nights = random.Next(1, 8);
            var order = random.Next(3) == 0 ? "&sort=rating" : "";
            var price = random.Next(3) == 0 ? $"&price_max={random.Next(2, 12) * 100}" : "";
            var amenity = random.Next(4) == 0 ? "&amenities=wifi" : "";
            return $"search?city={city}&check_in={checkIn:yyyy-MM-dd}&check_out={checkIn.AddDays(nights):yyyy-MM-dd}&adults={random.Next(1, 5)}{order}{price}{amenity}";
        })];
    }
}
