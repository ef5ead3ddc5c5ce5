namespace ReserveConnect.Inventory.Search;

/// <summary>Properties that cannot be had for one reason only (docs/search.md, 'Near fits').</summary>
internal static class NearFits
{
    /// <summary>The near fits of a search for exact dates.</summary>
    public static IReadOnlyList<NearFit> Of(CityIndex city, StaySearch search, PropertyTest test)
    {
        var (first, nights) = (search.Dates.From.DayNumber - city.FirstDay.DayNumber, search.Dates.Nights);
        FirstOf<NearFit> kept = new(NearFit.Most);
        if (first < 0 || first + nights > city.Days)
        {
            return [];
        }

        for (var start = 0; start < city.Units;)
        {
            var property = city.UnitsInOrder[start].Property;
            var end = start;
            while (end < city.Units && city.UnitsInOrder[end].Property == property)
            {
                end++;
            }

            var units = city.UnitsInOrder.AsSpan(start, end - start);
            start = end;
            if (test.Failed(property, city.Properties[property]) == FailedFilters.None && Of(city, units, search, test, first) is { } near)
            {
                var key = new SortKey(-city.Properties[property].Rating, 0, 0, property);
                if (kept.Takes(key))
                {
                    kept.Add(near, key);
                }
            }
        }

        return kept.InOrder();
    }

    private static NearFit? Of(CityIndex city, ReadOnlySpan<IndexedUnit> units, StaySearch search, PropertyTest test, int first)
    {
        NearFit? near = null;
        foreach (var unit in units)
        {
            if (unit.Offer.MaxOccupancy < search.Guests || !city.Facts[unit.Number].Amenities.Contains(test.Amenities))
            {
                continue;
            }

            if (city.Total(unit.Number, first, search.Dates.Nights, search.Guests) is not null)
            {
                return null;
            }

            if (Of(city, unit, search, first) is { } found && (near is null || found.Reason < near.Reason))
            {
                near = found;
            }
        }

        return near;
    }

    private static NearFit? Of(CityIndex city, IndexedUnit unit, StaySearch search, int first)
    {
        var (nights, count) = (city.Nights(unit.Number), search.Dates.Nights);
        var arrival = nights[first];
        var departure = first + count < nights.Days ? nights[first + count] : NightTerms.None;
        List<NearFitReason> wrong = [];
        int? missing = null;
        var cents = 0L;
        for (var day = first; day < first + count; day++)
        {
            var night = nights[day];
            cents += night == NightTerms.None ? unit.Offer.Plans.On(city.FirstDay.AddDays(day)).BasePriceCents : night.Cents;
            if (!night.IsSellable)
            {
                missing ??= day;
                wrong.Add(NearFitReason.NightMissing);
            }
        }

        Wrong(count < arrival.MinStay, NearFitReason.MinimumStay);
        Wrong(count > arrival.MaxStay, NearFitReason.MaximumStay);
        Wrong(arrival.ClosedToArrival, NearFitReason.ClosedToArrival);
        Wrong(departure.ClosedToDeparture, NearFitReason.ClosedToDeparture);
        if (wrong.Count != 1 || city.Total(unit.Number, first, count, search.Guests, cents) is null)
        {
            return null;
        }

        return new NearFit(
            city.Properties[unit.Property].Card, unit.Offer.UnitId, unit.Offer.UnitName, wrong[0],
            missing is { } night1 ? city.FirstDay.AddDays(night1) : null,
            wrong[0] == NearFitReason.MinimumStay ? arrival.MinStay : null,
            wrong[0] == NearFitReason.MaximumStay ? arrival.MaxStay : null);

        void Wrong(bool isWrong, NearFitReason reason)
        {
            if (isWrong)
            {
                wrong.Add(reason);
            }
        }
    }
}
