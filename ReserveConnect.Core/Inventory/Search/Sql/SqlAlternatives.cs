using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>Stays near to one that cannot be had, from the database alone: the same as <see cref="Alternatives"/> finds in the index.</summary>
public sealed class SqlAlternatives(ReserveDatabase database, SqlSearches searches)
{
    /// <inheritdoc cref="Alternatives.NearAsync"/>
    internal async Task<IReadOnlyList<StayAlternative>> NearAsync(StayRequest request, CancellationToken ct)
    {
        await using var snapshot = await CitySnapshot.OpenAsync(database, null, request.UnitId, ct);
        if (snapshot is null)
        {
            return [];
        }

        var property = (await snapshot.QueryAsync<Guid>("SELECT property_id FROM reserve.unit_map WHERE id = @UnitId", request)).Single();
        var window = new StayDates(
            request.CheckIn.AddDays(Alternatives.Shifts.Min()), request.CheckOut.AddDays(Alternatives.Shifts.Max()), request.Nights);
        var stays = await searches.StaysAsync(snapshot, property, window, request.Guests);
        var dates = Alternatives.Shifts
            .Select(days => stays.SingleOrDefault(stay => stay.UnitId == request.UnitId && stay.CheckIn == request.CheckIn.AddDays(days)))
            .OfType<SoldStay>()
            .Select(stay => Alternative("other_dates", stay))
            .Take(Alternatives.MostOfAKind);
        var units = stays
            .Where(stay => stay.UnitId != request.UnitId && stay.CheckIn == request.CheckIn)
            .OrderBy(stay => stay.Total)
            .Select(stay => Alternative("other_unit", stay))
            .Take(Alternatives.MostOfAKind);
        var elsewhere = await searches.SearchAsync(snapshot, Alternatives.Elsewhere(snapshot.City, request));
        return [.. dates, .. units, .. Alternatives.OtherProperties(elsewhere, property)];

        StayAlternative Alternative(string kind, SoldStay stay) => new(
            kind, stay.UnitId, property, stay.PropertyName, stay.UnitName, stay.CheckIn, stay.CheckIn.AddDays(request.Nights), stay.Total, stay.Currency);
    }
}
