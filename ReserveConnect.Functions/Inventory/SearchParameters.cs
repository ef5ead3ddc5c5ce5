using System.Globalization;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query strings of the two lists, as Core takes them.</summary>
internal static class SearchParameters
{
    private const int DefaultLimit = 20;
    private const int MostOnPage = 100;
    private const int MostGuests = 50;

    /// <summary>The parameters of <c>search_availability</c>.</summary>
    public static (StaySearch Search, string Name) Stay(QueryReader query)
    {
        var search = new StaySearch(
            query.Text("city", required: true) ?? "",
            query.Date("check_in", required: true) ?? default,
            query.Date("check_out", required: true) ?? default,
            Adults(query, 1, MostGuests),
            query.Whole("children", 0, MostGuests) ?? 0,
            query.Texts("amenities"),
            query.Money("price_min"),
            query.Money("price_max"),
            query.Text("property_type"),
            query.Text("text"),
            Sort(query),
            query.Whole("limit", 1, MostOnPage) ?? DefaultLimit,
            null);
        if (search.PriceMin > search.PriceMax)
        {
            query.Add("price_max", "invalid_value", "Must not be below price_min.");
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"stay|{search.City}|{search.CheckIn:O}|{search.CheckOut:O}|{search.Adults}|{search.Children}|{string.Join(',', search.Amenities)}|{search.PriceMin}|{search.PriceMax}|{search.PropertyType}|{search.Text}|{search.Sort}");
        return (search with { After = Cursor(query, name) }, name);
    }

    /// <summary>The party as <c>adults</c>, or as <c>guests</c> of whom nobody said that they are children; two when nothing is said.</summary>
    public static int Adults(QueryReader query, int least, int most)
    {
        var guests = query.Whole("guests", least, most);
        return query.Whole("adults", least, most) ?? guests ?? 2;
    }

    /// <summary>The parameters of <c>get_properties</c>.</summary>
    public static (CatalogueQuery Query, string Name) Catalogue(QueryReader query)
    {
        var catalogue = new CatalogueQuery(
            query.Text("city", required: true) ?? "",
            query.Text("text"),
            query.Texts("amenities"),
            query.Text("property_type"),
            query.Whole("guests", 1, MostGuests) ?? 1,
            Box(query),
            Sort(query),
            query.Whole("limit", 1, MostOnPage) ?? DefaultLimit,
            null);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"catalogue|{catalogue.City}|{catalogue.Text}|{string.Join(',', catalogue.Amenities)}|{catalogue.PropertyType}|{catalogue.Guests}|{catalogue.Box}|{catalogue.Sort}");
        return (catalogue with { After = Cursor(query, name) }, name);
    }

    private static SearchSort Sort(QueryReader query) =>
        query.OneOf("sort", "price", "rating") == "rating" ? SearchSort.Rating : SearchSort.Price;

    private static SearchPlace? Cursor(QueryReader query, string name)
    {
        if (query.Text("cursor") is not { } cursor)
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

    private static GeoBox Box(QueryReader query)
    {
        if (query.Numbers("box", 4) is not { } box)
        {
            return GeoBox.Everywhere;
        }

        if (Math.Abs(box[0]) > 90 || Math.Abs(box[2]) > 90 || box[0] > box[2] || Math.Abs(box[1]) > 180 || Math.Abs(box[3]) > 180)
        {
            query.Add("box", "invalid_value", "Must be south,west,north,east in degrees.");
        }

        return new GeoBox(box[0], box[1], box[2], box[3]);
    }
}
