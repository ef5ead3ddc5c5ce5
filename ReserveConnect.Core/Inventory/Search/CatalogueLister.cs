namespace ReserveConnect.Inventory.Search;

/// <summary>Looks through a city's catalogue, whether or not a property can be had.</summary>
internal static class CatalogueLister
{
    /// <summary>One page.</summary>
    public static CatalogueResult List(CityIndex city, CatalogueQuery query)
    {
        var test = new PropertyTest(city, query.Filter);
        FirstOf<CatalogueEntry> page = new(query.Limit);
        var total = 0;
        foreach (var group in Grouped(city))
        {
            ref readonly var property = ref city.Properties[group[0].Property];
            if (test.Failed(group[0].Property, property) != FailedFilters.None || Entry(city, property.Card, group, query, test) is not { } entry)
            {
                continue;
            }

            total++;
            var key = test.Key(query.Sort, group[0].Property, property, (long)(entry.PriceFrom * 100m));
            if (!query.Seen.Contains(property.Card.Number) && page.Takes(key))
            {
                page.Add(entry, key);
            }
        }

        var entries = page.InOrder();
        var next = page.Offered > entries.Count ? query.Seen.With(entries.Select(e => e.Property.Number)) : null;
        return new CatalogueResult(entries, total, next);
    }

    private static CatalogueEntry? Entry(CityIndex city, PropertyCard card, ArraySegment<IndexedUnit> units, CatalogueQuery query, PropertyTest test)
    {
        var (count, occupancy) = (0, 0);
        RatePlan? cheapest = null;
        foreach (var unit in units)
        {
            if (unit.Offer.MaxOccupancy >= query.Guests && city.Facts[unit.Number].Amenities.Contains(test.Amenities))
            {
                count++;
                occupancy = Math.Max(occupancy, unit.Offer.MaxOccupancy);
                var plan = unit.Offer.Plans.On(city.FirstDay);
                cheapest = cheapest is null || plan.BasePriceCents < cheapest.BasePriceCents ? plan : cheapest;
            }
        }

        return cheapest is null || cheapest.BasePrice < query.PriceMin || cheapest.BasePrice > query.PriceMax
            ? null
            : new CatalogueEntry(card, count, occupancy, cheapest.BasePrice, cheapest.Currency, test.Metres(card));
    }

    private static IEnumerable<ArraySegment<IndexedUnit>> Grouped(CityIndex city)
    {
        for (int start = 0, end; start < city.Units; start = end)
        {
            end = start + 1;
            while (end < city.Units && city.UnitsInOrder[end].Property == city.UnitsInOrder[start].Property)
            {
                end++;
            }

            yield return new ArraySegment<IndexedUnit>(city.UnitsInOrder, start, end - start);
        }
    }
}
