using System.Text.Json;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>What the query strings of the two lists have in common. What each means: <c>docs/search.md</c>.</summary>
internal static class SearchParameters
{
    /// <summary>Most guests that a list is asked for.</summary>
    public const int MostGuests = 50;

    private const int DefaultLimit = 20;
    private const int MostOnPage = 100;
    private const int FarthestKm = 20_000;

    /// <summary>The slug of the city.</summary>
    public static string City(QueryReader query) => query.Text("city", required: true, about: "Its slug, such as urubici.") ?? "";

    /// <summary>What is asked of the property and the unit.</summary>
    public static CatalogueFilter Filter(QueryReader query)
    {
        var text = query.Text("text", about: "Words of name, unit, type or address; accents, case and a slip of the pen do not matter.");
        var amenities = query.Texts("amenities", about: "The unit or its property must have them all.");
        var types = query.Texts("property_type", about: "One of these.");
        var policies = query.AnyOf("cancellation_policy", "flexible", "moderate", "strict", "non_refundable");
        var rating = query.Number("rating_min", 0, 5, about: "Without reviews there is no rating.");
        var point = Point(query);
        var radius = query.Number("radius_km", 0, FarthestKm, about: "Farthest from the point.");
        if (radius is not null && !query.Has("point"))
        {
            query.Add("radius_km", "invalid_combination", "Needs a point.");
        }

        return new CatalogueFilter(text, amenities, types, policies, rating, Box(query), point, radius);
    }

    /// <summary>Lowest and highest price.</summary>
    public static (decimal? Min, decimal? Max) Prices(QueryReader query, string about)
    {
        var (min, max) = (query.Money("price_min", about), query.Money("price_max", about));
        if (min > max)
        {
            query.Add("price_max", "invalid_value", "Must not be below price_min.");
        }

        return (min, max);
    }

    /// <summary>Entries on a page.</summary>
    public static int Limit(QueryReader query) => query.Whole("limit", 1, MostOnPage, about: "Entries on a page; 20 when nothing is said.") ?? DefaultLimit;

    /// <summary>The order; by price when nothing is said.</summary>
    public static SearchSort Sort(QueryReader query)
    {
        switch (query.OneOf("sort", "price", "rating", "distance", "relevance"))
        {
            case "rating":
                return SearchSort.Rating;
            case "relevance":
                return SearchSort.Relevance;
            case "distance":
                if (!query.Has("point"))
                {
                    query.Add("sort", "invalid_combination", "distance needs a point.");
                }

                return SearchSort.Distance;
            default:
                return SearchSort.Price;
        }
    }

    /// <summary>What earlier pages have shown.</summary>
    /// <param name="name">The search of which the cursor must be.</param>
    public static SeenProperties Seen(QueryReader query, string name)
    {
        if (query.LongText("cursor", SearchCursor.Longest, about: "next_cursor of the page before, with the same search.") is not { } cursor)
        {
            return SeenProperties.None;
        }

        if (SearchCursor.Read(cursor, name) is { } seen)
        {
            return seen;
        }

        query.Add("cursor", "invalid_cursor", "Not a cursor of this search.");
        return SeenProperties.None;
    }

    /// <summary>
    /// Tells a search from every other: all that it asks for, in JSON, which is the same in every culture and in which no text
    /// can pass for two. A host of another culture reads its cursors.
    /// </summary>
    /// <param name="search">Without what differs from page to page.</param>
    public static string Name<T>(T search) => JsonSerializer.Serialize(search);

    private static GeoPoint? Point(QueryReader query)
    {
        if (query.Numbers("point", 2, about: "latitude,longitude in degrees.") is not { } point)
        {
            return null;
        }

        if (Math.Abs(point[0]) > 90 || Math.Abs(point[1]) > 180)
        {
            query.Add("point", "invalid_value", "Must be latitude,longitude in degrees.");
        }

        return new GeoPoint(point[0], point[1]);
    }

    private static GeoBox? Box(QueryReader query)
    {
        if (query.Numbers("box", 4, about: "south,west,north,east in degrees.") is not { } box)
        {
            return null;
        }

        if (Math.Abs(box[0]) > 90 || Math.Abs(box[2]) > 90 || box[0] > box[2] || Math.Abs(box[1]) > 180 || Math.Abs(box[3]) > 180)
        {
            query.Add("box", "invalid_value", "Must be south,west,north,east in degrees.");
        }

        return new GeoBox(box[0], box[1], box[2], box[3]);
    }
}
