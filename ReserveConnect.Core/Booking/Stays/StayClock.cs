using ReserveConnect.Inventory;

namespace ReserveConnect.Booking.Stays;

/// <summary>When something is due in the life of a stay: all of it by the clock on the wall of its city (design section 10).</summary>
public static class StayClock
{
    /// <summary>Policies count their hours back from here, on the day of arrival (design section 11).</summary>
    public static readonly TimeOnly CheckInHour = new(14, 0);

    /// <summary>At this hour of the day after, whoever has not come does not come, and whoever should have left has left.</summary>
    public static readonly TimeOnly NextDayHour = new(12, 0);

    /// <summary>Whether a guest who has not come by now does not count as coming any more.</summary>
    /// <param name="checkIn">Local date.</param>
    /// <param name="now">UTC instant.</param>
    /// <param name="timeZone">The city's, by its IANA name.</param>
    public static bool IsNoShow(DateOnly checkIn, DateTimeOffset now, string timeZone) => IsNextDay(checkIn, now, timeZone);

    /// <summary>The UTC instant from which it counts so; what is decided then does not wait for whoever looks.</summary>
    /// <inheritdoc cref="IsNoShow"/>
    public static DateTimeOffset NoShowAt(DateOnly checkIn, string timeZone)
    {
        var local = checkIn.AddDays(1).ToDateTime(NextDayHour);
        return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(timeZone).GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>Whether a guest whom nobody checked out has left all the same.</summary>
    /// <param name="checkOut">Local date.</param>
    /// <inheritdoc cref="IsNoShow"/>
    public static bool HasLeft(DateOnly checkOut, DateTimeOffset now, string timeZone) => IsNextDay(checkOut, now, timeZone);

    /// <summary>How long before check-in it is; less than nothing after it.</summary>
    /// <inheritdoc cref="IsNoShow"/>
    public static TimeSpan Notice(DateOnly checkIn, DateTimeOffset now, string timeZone)
    {
        var local = checkIn.ToDateTime(CheckInHour);
        // The offset rather than a conversion: an hour that a change of clocks leaves out would be refused.
        return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(timeZone).GetUtcOffset(local)) - now;
    }

    /// <summary>First night that a guest who has not come by now leaves to others; null when no night is left.</summary>
    /// <inheritdoc cref="IsNoShow"/>
    public static DateOnly? FreeFrom(DateOnly checkOut, DateTimeOffset now, string timeZone) =>
        CityDay.At(now, timeZone) is var today && today < checkOut ? today : null;

    private static bool IsNextDay(DateOnly day, DateTimeOffset now, string timeZone) =>
        TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime >= day.AddDays(1).ToDateTime(NextDayHour);
}
