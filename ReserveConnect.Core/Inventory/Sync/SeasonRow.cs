using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A season of the Host as it goes into <c>rate_plans</c>.</summary>
/// <param name="BasePrice">Null: the unit's standard plan's, as are the fee and the discounts.</param>
/// <param name="BaseCapacity">Null: the unit's.</param>
/// <param name="CleaningFee">Null: the property's.</param>
internal sealed record SeasonRow(
    Guid Id, string Name, DateOnly? ValidFrom, DateOnly? ValidTo, decimal? BasePrice, decimal? ExtraGuestFee, int? BaseCapacity,
    decimal? CleaningFee, LengthOfStayDiscount[]? Discounts)
{
    private const int MostSeasons = 100;
    private const int MostDiscounts = 20;

    // What a date of the tables and of a search can be.
    private static readonly DateOnly First = new(2000, 1, 1);
    private static readonly DateOnly Last = new(2199, 12, 31);

    /// <summary>The rows of seasons that were not refused.</summary>
    public static SeasonRow[] From(IReadOnlyList<HostSeason>? seasons, DateTimeOffset now) =>
        [.. (seasons ?? []).Select(season => new SeasonRow(
            Guid.CreateVersion7(now), season.Name.Trim(), season.ValidFrom, season.ValidTo, season.BasePrice, season.ExtraGuestFee,
            season.BaseCapacity, season.CleaningFee,
            season.LengthOfStayDiscounts is { } discounts ? DiscountsOf(discounts) : null))];

    /// <summary>The discounts as they are stored.</summary>
    public static LengthOfStayDiscount[] DiscountsOf(IReadOnlyList<HostLengthOfStayDiscount>? discounts) =>
        [.. (discounts ?? []).Select(d => new LengthOfStayDiscount(d.MinNights, d.Percent))];

    /// <summary>Whether these discounts can be on a bill.</summary>
    public static bool AreDiscounts(IReadOnlyList<HostLengthOfStayDiscount>? discounts) =>
        discounts is null
        || (discounts.Count <= MostDiscounts
            && discounts.All(d => d is { MinNights: >= 2, Percent: > 0 and <= 100 } && decimal.Round(d.Percent, 2) == d.Percent)
            && discounts.DistinctBy(d => d.MinNights).Count() == discounts.Count);

    /// <summary>Why a record with these seasons is refused; null when it is not.</summary>
    /// <param name="maxOccupancy">Of the room type; null for a property.</param>
    public static string? Refuse(IReadOnlyList<HostSeason>? seasons, int? maxOccupancy = null)
    {
        if (seasons is null or [])
        {
            return null;
        }

        if (seasons.Count > MostSeasons)
        {
            return "oversize";
        }

        return seasons.Select(season => Refuse(season, maxOccupancy)).FirstOrDefault(reason => reason is not null)
            ?? (Overlap(seasons) ? "overlapping_rate_plans" : null);
    }

    private static string? Refuse(HostSeason? season, int? maxOccupancy)
    {
        if (season is null || !HostRecords.IsName(season.Name) || !HostRecords.IsText(season.Name))
        {
            return "invalid_rate_plan";
        }

        if ((season.ValidFrom ?? season.ValidTo) is null || season.ValidTo < season.ValidFrom
            || season.ValidFrom < First || season.ValidFrom > Last || season.ValidTo < First || season.ValidTo > Last)
        {
            return "invalid_validity";
        }

        if (season.BaseCapacity < 1 || season.BaseCapacity > (maxOccupancy ?? int.MaxValue))
        {
            return "invalid_capacity";
        }

        if (!new[] { season.BasePrice, season.ExtraGuestFee, season.CleaningFee }.All(amount => HostRecords.IsPrice(amount ?? 0)))
        {
            return "invalid_price";
        }

        return AreDiscounts(season.LengthOfStayDiscounts) ? null : "invalid_discount";
    }

    private static bool Overlap(IReadOnlyList<HostSeason> seasons)
    {
        var inOrder = seasons.OrderBy(season => season.ValidFrom ?? DateOnly.MinValue).ToList();
        return inOrder.Zip(inOrder.Skip(1)).Any(pair => (pair.First.ValidTo ?? DateOnly.MaxValue) >= (pair.Second.ValidFrom ?? DateOnly.MinValue));
    }
}
