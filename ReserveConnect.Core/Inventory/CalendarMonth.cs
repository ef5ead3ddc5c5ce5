namespace ReserveConnect.Inventory;

/// <summary>A month of a unit, day by day.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Currency">Of the prices: that of the plan in force on the first day.</param>
/// <param name="Guests">For how many the prices are; missing: for as many as the price of a night is for.</param>
/// <param name="Nights">Every day of the month, in order.</param>
public record CalendarMonth(Guid UnitId, DateOnly Month, string Currency, int? Guests, IReadOnlyList<CalendarDay> Nights)
{
    /// <summary>A month from what the calendar has of it.</summary>
    /// <param name="today">Local date in the city.</param>
    /// <param name="month">Its first day; null: that of today.</param>
    internal static CalendarMonth Of(
        UnitOffer offer, DateOnly today, DateOnly? month, int? guests, IReadOnlyDictionary<DateOnly, CalendarNight> nights)
    {
        var first = month ?? new DateOnly(today.Year, today.Month, 1);
        return new CalendarMonth(
            offer.UnitId, first, offer.Plans.On(first).Currency, guests,
            [.. Enumerable.Range(0, DateTime.DaysInMonth(first.Year, first.Month)).Select(day => Day(first.AddDays(day)))]);

        CalendarDay Day(DateOnly date) =>
            date < today ? new CalendarDay(date, CalendarDayStatus.Past)
            : nights.TryGetValue(date, out var night) ? CalendarDay.Of(night, offer.Plans.On(date), guests)
            : new CalendarDay(date, CalendarDayStatus.Unknown);
    }
}

/// <summary>A night as a guest sees it. What is missing is not known or no longer matters.</summary>
/// <param name="Status">Whether it can be had.</param>
/// <param name="IsAvailable">Open, and neither sold nor held.</param>
/// <param name="Price">Of the night for the party, without fees and discounts of a stay.</param>
/// <param name="MinStay">Least nights of a stay that arrives on this day.</param>
/// <param name="MaxStay">Most nights of a stay that arrives on this day.</param>
/// <param name="ClosedToArrival">Whether no stay begins on this day.</param>
/// <param name="ClosedToDeparture">Whether no stay ends on this day.</param>
public sealed record CalendarDay(
    DateOnly Date, CalendarDayStatus Status, bool IsAvailable, decimal? Price, int? MinStay, int? MaxStay, bool? ClosedToArrival,
    bool? ClosedToDeparture)
{
    /// <summary>A day of which nothing else is to be said.</summary>
    internal CalendarDay(DateOnly date, CalendarDayStatus status)
        : this(date, status, false, null, null, null, null, null)
    {
    }

    internal static CalendarDay Of(CalendarNight night, RatePlan plan, int? guests) => new(
        night.Date,
        night.IsSellable ? CalendarDayStatus.Available : CalendarDayStatus.Unavailable,
        night.IsSellable,
        (night.Price ?? plan.BasePrice) + Cents.Amount(plan.SupplementCents(guests ?? 0)),
        night.MinStay, night.MaxStay, night.ClosedToArrival, night.ClosedToDeparture);
}

/// <summary>What can be said of a day.</summary>
public enum CalendarDayStatus
{
    /// <summary>The night can be had.</summary>
    Available,

    /// <summary>The night is closed, sold or held.</summary>
    Unavailable,

    /// <summary>The day is over in the city.</summary>
    Past,

    /// <summary>The calendar has nothing of this day: it does not reach that far.</summary>
    Unknown,
}
