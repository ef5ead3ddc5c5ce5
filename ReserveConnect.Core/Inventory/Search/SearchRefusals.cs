using System.Globalization;

namespace ReserveConnect.Inventory.Search;

/// <summary>What is wrong with a search, however it is answered.</summary>
internal static class SearchRefusals
{
    public static Refusal CityNotFound { get; } = Refusal.NotFound("city_not_found", "There is no such city.");

    /// <summary>What is wrong with the search itself, whatever the city.</summary>
    public static Refusal? OfRequest(StaySearch search) => StayRules.OfRequest(
        new(Guid.Empty, search.Dates.From, search.Dates.From.AddDays(search.Dates.Nights), search.Adults, search.Children));

    /// <summary>Whether every day of arrival has passed: a window that has begun still has room for a later one.</summary>
    /// <param name="today">Local date in the city.</param>
    public static Refusal? OfDates(StaySearch search, DateOnly today)
    {
        var dates = search.Dates;
        var past = StayRules.OfDates(new(Guid.Empty, dates.To.AddDays(-dates.Nights), dates.To, search.Adults, search.Children), today);
        return past is null || !dates.IsWindow
            ? past
            : Refusal.Unprocessable(
                past.Code,
                "The last day of arrival of the window has passed.",
                new FieldError("to", past.Code, string.Create(
                    CultureInfo.InvariantCulture,
                    $"Not before {today.AddDays(dates.Nights):yyyy-MM-dd}: the last stay of the window arrives {dates.Nights} nights before it, and not before {today:yyyy-MM-dd}, today in the city.")));
    }

    /// <summary>The filter with the codes that its amenities stand for. Refusal: <c>unknown_amenity</c>.</summary>
    /// <param name="find">The code of a word; null if it is unknown.</param>
    public static Outcome<CatalogueFilter> WithCodes(CatalogueFilter filter, Func<string, string?> find)
    {
        List<string> codes = [];
        foreach (var word in filter.Amenities)
        {
            if (find(word) is not { } code)
            {
                return Refusal.Malformed(
                    "unknown_amenity", "There is no such amenity.",
                    new FieldError("amenities", "unknown_amenity", $"'{word}' is no amenity of the vocabulary."));
            }

            codes.Add(code);
        }

        return filter with { Amenities = codes };
    }
}
