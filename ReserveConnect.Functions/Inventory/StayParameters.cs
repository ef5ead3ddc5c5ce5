using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Functions.Inventory;

/// <summary>The query string of <c>search_availability</c>.</summary>
/// <param name="Name">Tells this search from every other, whatever the page.</param>
public sealed record StayParameters(StaySearch Search, string Name) : IQuery<StayParameters>
{
    /// <inheritdoc/>
    public static StayParameters Read(QueryReader query)
    {
        var city = SearchParameters.City(query);
        var dates = Dates(query);
        var party = PartyParameters.Read(query, SearchParameters.MostGuests);
        var (min, max) = SearchParameters.Prices(query, "Of the whole stay.");
        var search = new StaySearch(
            city,
            dates,
            party.Adults,
            party.Children,
            party.Infants,
            SearchParameters.Filter(query),
            min,
            max,
            SearchParameters.Sort(query),
            SearchParameters.Limit(query),
            SeenProperties.None,
            query.Flag("facets", about: "Count what other filters would leave."),
            query.Flag("near_fits", about: "Name properties that miss by one thing; only with check_in and check_out."));
        if (search.WithNearFits && query.Has("from"))
        {
            query.Add("near_fits", "invalid_combination", "Only with check_in and check_out.");
        }

        var name = SearchParameters.Name(search with { Limit = 0, WithFacets = false, WithNearFits = false });
        return new(search with { Seen = SearchParameters.Seen(query, name) }, name);
    }

    // Either a stay by its two dates, or so many nights within a window; never a mixture.
    private static StayDates Dates(QueryReader query)
    {
        var isWindow = query.Has("from") || query.Has("to") || query.Has("nights");
        var isStay = query.Has("check_in") || query.Has("check_out") || !isWindow;
        var checkIn = query.Date("check_in", about: "Day of arrival; or from, to and nights.");
        var checkOut = query.Date("check_out");
        var from = query.Date("from", about: "Earliest day of arrival, for any nights within a window.");
        var to = query.Date("to", about: "Latest day of departure.");
        var nights = query.Whole("nights", 1, StayRules.LongestStay, about: "How many nights within the window.");
        if (isStay && isWindow)
        {
            query.Add("check_in", "invalid_combination", "Either check_in and check_out, or from, to and nights.");
        }

        if (isStay)
        {
            Required("check_in");
            Required("check_out");
            return checkIn is { } arrival && checkOut is { } departure ? StayDates.Exactly(arrival, departure) : Nothing;
        }

        Required("from");
        Required("to");
        Required("nights");
        if ((from, to, nights) is not ({ } first, { } last, { } count))
        {
            return Nothing;
        }

        var window = last.DayNumber - first.DayNumber;
        if (window < count || window > Math.Max(StayDates.LongestWindow, count))
        {
            query.Add("to", "invalid_value", $"Must leave room for the nights, at most {StayDates.LongestWindow} days after from.");
        }

        return new StayDates(first, last, count);

        void Required(string name)
        {
            if (!query.Has(name))
            {
                query.Add(name, "required", "Must be given.");
            }
        }
    }

    private static StayDates Nothing => new(DateOnly.MinValue, DateOnly.MinValue, 0);
}
