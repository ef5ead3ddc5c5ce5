using System.Globalization;
using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>search_availability</c>.</summary>
/// <param name="Name">Tells this search from every other, whatever the page.</param>
public sealed record StayParameters(StaySearch Search, string Name) : IQuery<StayParameters>
{
    /// <inheritdoc/>
    public static StayParameters Read(QueryReader query)
    {
        var search = new StaySearch(
            SearchParameters.City(query),
            query.Date("check_in", required: true) ?? default,
            query.Date("check_out", required: true) ?? default,
            SearchParameters.Adults(query, 1, SearchParameters.MostGuests),
            query.Whole("children", 0, SearchParameters.MostGuests) ?? 0,
            SearchParameters.Amenities(query),
            query.Money("price_min", about: "Of the whole stay."),
            query.Money("price_max", about: "Of the whole stay."),
            query.Text("property_type"),
            SearchParameters.Text(query),
            SearchParameters.Sort(query),
            SearchParameters.Limit(query),
            null);
        if (search.PriceMin > search.PriceMax)
        {
            query.Add("price_max", "invalid_value", "Must not be below price_min.");
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"stay|{search.City}|{search.CheckIn:O}|{search.CheckOut:O}|{search.Adults}|{search.Children}|{string.Join(',', search.Amenities)}|{search.PriceMin}|{search.PriceMax}|{search.PropertyType}|{search.Text}|{search.Sort}");
        return new(search with { After = SearchParameters.Cursor(query, name) }, name);
    }
}
