using System.Globalization;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>get_properties</c>.</summary>
/// <param name="Name">Tells this search from every other, whatever the page.</param>
public sealed record CatalogueParameters(CatalogueQuery Query, string Name) : IQuery<CatalogueParameters>
{
    /// <inheritdoc/>
    public static CatalogueParameters Read(QueryReader query)
    {
        var catalogue = new CatalogueQuery(
            SearchParameters.City(query),
            SearchParameters.Text(query),
            SearchParameters.Amenities(query),
            query.Text("property_type"),
            query.Whole("guests", 1, SearchParameters.MostGuests) ?? 1,
            Box(query),
            SearchParameters.Sort(query),
            SearchParameters.Limit(query),
            null);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"catalogue|{catalogue.City}|{catalogue.Text}|{string.Join(',', catalogue.Amenities)}|{catalogue.PropertyType}|{catalogue.Guests}|{catalogue.Box}|{catalogue.Sort}");
        return new(catalogue with { After = SearchParameters.Cursor(query, name) }, name);
    }

    private static GeoBox Box(QueryReader query)
    {
        if (query.Numbers("box", 4, about: "south,west,north,east in degrees.") is not { } box)
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
