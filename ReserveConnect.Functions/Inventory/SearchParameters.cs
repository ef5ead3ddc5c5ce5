using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>What the query strings of the two lists have in common.</summary>
internal static class SearchParameters
{
    /// <summary>Most guests that a list is asked for.</summary>
    public const int MostGuests = 50;

    private const int DefaultLimit = 20;
    private const int MostOnPage = 100;

    /// <summary>The party as <c>adults</c>, or as <c>guests</c> of whom nobody said that they are children; two when nothing is said.</summary>
    public static int Adults(QueryReader query, int least, int most)
    {
        var guests = query.Whole("guests", least, most);
        return query.Whole("adults", least, most) ?? guests ?? 2;
    }

    /// <summary>The slug of the city.</summary>
    public static string City(QueryReader query) => query.Text("city", required: true, about: "Its slug, such as urubici.") ?? "";

    /// <summary>Amenities that a unit or its property must all have.</summary>
    public static IReadOnlyList<string> Amenities(QueryReader query) => query.Texts("amenities", about: "The unit or its property must have them all.");

    /// <summary>Words that name, type or address must have.</summary>
    public static string? Text(QueryReader query) => query.Text("text", about: "Words of name, type or address; accents and case do not matter.");

    /// <summary>Entries on a page.</summary>
    public static int Limit(QueryReader query) => query.Whole("limit", 1, MostOnPage, about: "Entries on a page; 20 when nothing is said.") ?? DefaultLimit;

    /// <summary>The order; by price when nothing is said.</summary>
    public static SearchSort Sort(QueryReader query) =>
        query.OneOf("sort", "price", "rating") == "rating" ? SearchSort.Rating : SearchSort.Price;

    /// <summary>Where the page begins.</summary>
    /// <param name="name">The search of which the cursor must be.</param>
    public static SearchPlace? Cursor(QueryReader query, string name)
    {
        if (query.Text("cursor", about: "next_cursor of the page before, with the same search.") is not { } cursor)
        {
            return null;
        }

        var place = SearchCursor.Read(cursor, name);
        if (place is null)
        {
            query.Add("cursor", "invalid_cursor", "Not a cursor of this search.");
        }

        return place;
    }
}
