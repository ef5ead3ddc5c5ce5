namespace ReserveConnect.Finance.Payouts;

/// <summary>A run of one schedule on one day.</summary>
/// <param name="Date">Day of the books.</param>
/// <param name="From">First check-in day that it is meant for; what an earlier run has left is in it too.</param>
/// <param name="Until">Last check-in day.</param>
public sealed record DuePayouts(DateOnly Date, string Schedule, DateOnly From, DateOnly Until)
{
    /// <summary>Names the run.</summary>
    public string Key => $"{Date:yyyy-MM-dd}:{Schedule}";
}

/// <summary>How often a property is paid (money.md, payouts): on Mondays, on every second Monday, on the 1st, or the day after each check-in.</summary>
public static class PayoutSchedule
{
    public const string Weekly = "weekly";
    public const string Biweekly = "biweekly";
    public const string Monthly = "monthly";
    public const string PerBooking = "per_booking";

    /// <summary>One that a supervisor ordered.</summary>
    public const string Ordered = "ordered";

    private const int Week = 7;

    /// <summary>What runs on a day.</summary>
    /// <param name="day">Day of the books.</param>
    /// <param name="biweeklyFrom">A Monday from which every second one counts.</param>
    public static IReadOnlyList<DuePayouts> On(DateOnly day, DateOnly biweeklyFrom)
    {
        List<DuePayouts> due = [];
        if (day.DayOfWeek == DayOfWeek.Monday)
        {
            due.Add(new(day, Weekly, day.AddDays(-Week), day.AddDays(-1)));
            if ((day.DayNumber - biweeklyFrom.DayNumber) % (2 * Week) == 0)
            {
                due.Add(new(day, Biweekly, day.AddDays(-2 * Week), day.AddDays(-1)));
            }
        }

        if (day.Day == 1)
        {
            due.Add(new(day, Monthly, day.AddMonths(-1), day.AddDays(-1)));
        }

        due.Add(new(day, PerBooking, day.AddDays(-1), day.AddDays(-1)));
        return due;
    }

    /// <summary>The day on which a schedule runs next, after a day.</summary>
    public static DateOnly NextAfter(string schedule, DateOnly day, DateOnly biweeklyFrom)
    {
        var next = day.AddDays(1);
        while (On(next, biweeklyFrom).All(due => due.Schedule != schedule))
        {
            next = next.AddDays(1);
        }

        return next;
    }
}
