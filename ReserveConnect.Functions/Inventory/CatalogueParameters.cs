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
        var city = SearchParameters.City(query);
        var (min, max) = SearchParameters.Prices(query, "Of the lowest base price of a night.");
        var catalogue = new CatalogueQuery(
            city,
            SearchParameters.Filter(query),
            query.Whole("guests", 1, SearchParameters.MostGuests) ?? 1,
            min,
            max,
            SearchParameters.Sort(query),
            SearchParameters.Limit(query),
            SeenProperties.None);
        var name = SearchParameters.Name(catalogue with { Limit = 0 });
        return new(catalogue with { Seen = SearchParameters.Seen(query, name) }, name);
    }
}
