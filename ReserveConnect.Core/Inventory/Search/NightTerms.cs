namespace ReserveConnect.Inventory.Search;

/// <summary>What a night costs and demands. The nights of a unit share few of these, so each is kept once.</summary>
/// <param name="Cents">Price of the night in cents, the rate plan's where the calendar names none.</param>
internal readonly record struct NightTerms(long Cents, short MinStay, short MaxStay, bool ClosedToArrival, bool ClosedToDeparture)
{
    /// <summary>Of a day that the calendar does not have: nothing forbids to leave on it.</summary>
    public static NightTerms None { get; } = new(0, 1, StayRules.LongestStay, false, false);
}
