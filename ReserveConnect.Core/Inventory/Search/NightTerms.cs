namespace ReserveConnect.Inventory.Search;

/// <summary>What a night costs and demands. The nights of a unit share few of these, so each is kept once.</summary>
/// <param name="Cents">Price of the night in cents, the rate plan's where the calendar names none.</param>
/// <param name="IsSellable">Open, with a room that is neither sold nor held.</param>
internal readonly record struct NightTerms(
    long Cents, short MinStay, short MaxStay, bool IsSellable, bool ClosedToArrival, bool ClosedToDeparture)
{
    /// <summary>
    /// Of a day that the calendar does not have: it is not for sale, and nothing forbids to leave on it. Its price is none
    /// that a night can have, so that a closed night that costs nothing is not taken for it.
    /// </summary>
    public static NightTerms None { get; } = new(-1, 1, StayRules.LongestStay, false, false, false);

    /// <summary>Whether a stay of so many nights may arrive on this day.</summary>
    public bool AllowsArrival(int nights) => !ClosedToArrival && nights >= MinStay && nights <= MaxStay;
}
