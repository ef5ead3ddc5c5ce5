namespace ReserveConnect.Inventory.Search;

/// <summary>The orders of a result. Each is total, so that a place in one is never ambiguous.</summary>
internal static class SearchOrder
{
    /// <summary>Sorts what was found and cuts a page out of it.</summary>
    /// <param name="found">Sorted in place.</param>
    /// <param name="place">Where something found stands.</param>
    /// <param name="after">Only what comes after this place, which may have gone meanwhile; null: from the start.</param>
    /// <returns>The page, and the place that the next one begins after; null on the last.</returns>
    public static (List<T> Page, SearchPlace? Next) Page<T>(
        List<T> found, Func<T, SearchPlace> place, SearchSort sort, SearchPlace? after, int limit)
    {
        Comparison<SearchPlace> order = sort == SearchSort.Rating ? ByRating : ByPrice;
        found.Sort((a, b) => order(place(a), place(b)));
        var skipped = after is { } last ? CountUpTo(found, place, order, last) : 0;
        var page = found.GetRange(skipped, Math.Min(limit, found.Count - skipped));
        return (page, skipped + page.Count < found.Count ? place(page[^1]) : null);
    }

    private static int CountUpTo<T>(List<T> sorted, Func<T, SearchPlace> place, Comparison<SearchPlace> order, SearchPlace after)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = order(place(sorted[middle]), after) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int ByPrice(SearchPlace a, SearchPlace b) =>
        a.Total.CompareTo(b.Total) is not 0 and var order ? order : a.PropertyId.CompareTo(b.PropertyId);

    private static int ByRating(SearchPlace a, SearchPlace b) =>
        b.Rating.CompareTo(a.Rating) is not 0 and var order ? order : ByPrice(a, b);
}
