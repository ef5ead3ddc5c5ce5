using Microsoft.Extensions.Options;
using ReserveConnect.Inventory.Search;
using ReserveConnect.Inventory.Search.Sql;

namespace ReserveConnect.Inventory;

/// <summary>
/// Stays near to one that cannot be had. They come from the index: when a hundred guests want the same room, the
/// ninety-nine that do not get it cost the database nothing more. With <see cref="IndexUse.Off"/> the database is asked.
/// </summary>
public sealed class Alternatives(AvailabilityIndex index, SqlAlternatives sql, IOptions<SearchOptions> options, TimeProvider clock)
{
    /// <summary>Days that the stay is shifted by, nearest first.</summary>
    internal static readonly int[] Shifts = [1, -1, 2, -2, 3, -3];

    /// <summary>Alternatives of each kind.</summary>
    internal const int MostOfAKind = 3;

    /// <summary>Same unit on near dates, other units of the property, then the cheapest other properties of the city.</summary>
    /// <returns>Empty for an unknown unit or an impossible stay.</returns>
    public async Task<IReadOnlyList<StayAlternative>> NearAsync(StayRequest request, CancellationToken ct)
    {
        if (StayRules.OfRequest(request) is not null)
        {
            return [];
        }

        return options.Value.Index is IndexUse.Off ? await sql.NearAsync(request, ct) : Near(request);
    }

    private IReadOnlyList<StayAlternative> Near(StayRequest request)
    {
        if (index.Of(request.UnitId) is not { } city)
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

    private static IEnumerable<StayAlternative> OtherProperties(CityIndex city, UnitOffer wanted, StayRequest request) =>
        OtherProperties(city.Search(Elsewhere(city.City, request)), wanted.PropertyId);

    /// <summary>The search for other properties: one more than are named, for the property itself may be among them.</summary>
    internal static StaySearch Elsewhere(SearchCity city, StayRequest request) => new(
        city.Slug, StayDates.Exactly(request.CheckIn, request.CheckOut), request.Adults, request.Children, 0,
        CatalogueFilter.None, null, null, SearchSort.Price, MostOfAKind + 1, SeenProperties.None);

    /// <summary>What that search found, without the property itself.</summary>
    internal static IEnumerable<StayAlternative> OtherProperties(SearchResult found, Guid propertyId) => found.Hits
        .Where(hit => hit.Property.Id != propertyId)
        .Select(hit => new StayAlternative(
            "other_property", hit.UnitId, hit.Property.Id, hit.Property.Name, hit.UnitName, hit.CheckIn, hit.CheckOut, hit.Total, hit.Currency))
        .Take(MostOfAKind);

    private static StayAlternative? Alternative(
        string kind, CityIndex city, UnitOffer offer, DateOnly checkIn, DateOnly checkOut, int guests) =>
        city.Total(offer.UnitId, checkIn, checkOut, guests) is { } total
            ? new StayAlternative(
                kind, offer.UnitId, offer.PropertyId, offer.PropertyName, offer.UnitName, checkIn, checkOut, total, offer.Plans.On(checkIn).Currency)
            : null;
}
