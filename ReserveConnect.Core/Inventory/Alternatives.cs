using ReserveConnect.Inventory.Search;

namespace ReserveConnect.Inventory;

/// <summary>
/// Stays near to one that cannot be had. They come from the index: when a hundred guests want the same room, the
/// ninety-nine that do not get it cost the database nothing more.
/// </summary>
public sealed class Alternatives(AvailabilityIndex index, TimeProvider clock)
{
    /// <summary>Days that the stay is shifted by, nearest first.</summary>
    private static readonly int[] Shifts = [1, -1, 2, -2, 3, -3];

    /// <summary>Alternatives of each kind.</summary>
    private const int MostOfAKind = 3;

    /// <summary>Same unit on near dates, other units of the property, then the cheapest other properties of the city.</summary>
    /// <returns>Empty for an unknown unit or an impossible stay.</returns>
    public IReadOnlyList<StayAlternative> Near(StayRequest request)
    {
        if (StayRules.OfRequest(request) is not null || index.Of(request.UnitId) is not { } city)
        {
            return [];
        }

        var wanted = city.Unit(request.UnitId)!.Offer;
        return [.. OtherDates(city, wanted, request), .. OtherUnits(city, wanted, request), .. OtherProperties(city, wanted, request)];
    }

    private IEnumerable<StayAlternative> OtherDates(CityIndex city, UnitOffer wanted, StayRequest request)
    {
        var today = CityDay.Today(clock, wanted.TimeZone);
        return Shifts
            .Select(days => (CheckIn: request.CheckIn.AddDays(days), CheckOut: request.CheckOut.AddDays(days)))
            .Where(stay => stay.CheckIn >= today)
            .Select(stay => Alternative("other_dates", city, wanted, stay.CheckIn, stay.CheckOut, request.Guests))
            .OfType<StayAlternative>()
            .Take(MostOfAKind);
    }

    private static IEnumerable<StayAlternative> OtherUnits(CityIndex city, UnitOffer wanted, StayRequest request) =>
        city.UnitsOf(wanted.PropertyId)
            .Where(unit => unit.Offer.UnitId != wanted.UnitId)
            .Select(unit => Alternative("other_unit", city, unit.Offer, request.CheckIn, request.CheckOut, request.Guests))
            .OfType<StayAlternative>()
            .OrderBy(other => other.Total)
            .Take(MostOfAKind);

    private static IEnumerable<StayAlternative> OtherProperties(CityIndex city, UnitOffer wanted, StayRequest request)
    {
        var search = new StaySearch(
            city.City.Slug, StayDates.Exactly(request.CheckIn, request.CheckOut), request.Adults, request.Children, 0,
            CatalogueFilter.None, null, null, SearchSort.Price, MostOfAKind + 1, SeenProperties.None);
        return city.Search(search).Hits
            .Where(hit => hit.Property.Id != wanted.PropertyId)
            .Select(hit => new StayAlternative(
                "other_property", hit.UnitId, hit.Property.Id, hit.Property.Name, hit.UnitName,
                request.CheckIn, request.CheckOut, hit.Total, hit.Currency))
            .Take(MostOfAKind);
    }

    private static StayAlternative? Alternative(
        string kind, CityIndex city, UnitOffer offer, DateOnly checkIn, DateOnly checkOut, int guests) =>
        city.Total(offer.UnitId, checkIn, checkOut, guests) is { } total
            ? new StayAlternative(
                kind, offer.UnitId, offer.PropertyId, offer.PropertyName, offer.UnitName, checkIn, checkOut, total, offer.Plans.On(checkIn).Currency)
            : null;
}
