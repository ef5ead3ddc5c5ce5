namespace ReserveConnect.Inventory.Sync;

/// <summary>When a sync reads everything and when only what changed: a pure decision.</summary>
public static class FullSync
{
    /// <summary>Whether the day's full sync has not been made yet.</summary>
    /// <param name="lastFull">When the last completed full sync began, UTC; null: never.</param>
    /// <param name="now">UTC instant.</param>
    /// <param name="timeZone">The city's.</param>
    /// <param name="hour">Local hour from which on the day's full sync is due.</param>
    public static bool IsDue(DateTimeOffset? lastFull, DateTimeOffset now, string timeZone, int hour)
    {
        if (lastFull is null)
        {
            return true;
        }

        // Compared as local wall-clock times: the day on which the hour is skipped or repeated still has one full sync.
        var zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var due = local.Date.AddHours(hour);
        if (local < due)
        {
            due = due.AddDays(-1);
        }

        return TimeZoneInfo.ConvertTime(lastFull.Value, zone).DateTime < due;
    }
}
