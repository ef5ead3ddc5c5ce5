namespace ReserveConnect.Sandbox.Cities;

/// <summary>What makes a night in the south of Brazil dear.</summary>
internal static class BrazilianCalendar
{
    /// <summary>Frost season, in which Urubici is full.</summary>
    public static bool IsWinter(DateOnly date) => date.Month is 6 or 7 or 8;

    /// <summary>The nights of Friday and Saturday.</summary>
    public static bool IsWeekend(DateOnly date) => date.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday;

    /// <summary>The nights around Christmas and New Year.</summary>
    public static bool IsYearEnd(DateOnly date) => (date.Month, date.Day) is (12, >= 23) or (1, 1);

    /// <summary>The nights before a national holiday, and those of carnival and Easter.</summary>
    public static bool IsHolidayNight(DateOnly date)
    {
        var next = date.AddDays(1);
        var easter = Easter(date.Year);
        var afterEaster = next.DayNumber - easter.DayNumber;
        return IsYearEnd(date)
            || (next.Month, next.Day) is (4, 21) or (5, 1) or (9, 7) or (10, 12) or (11, 2) or (11, 15) or (11, 20)
            || afterEaster is (>= -50 and <= -46) or (>= -2 and <= 0) or (>= 60 and <= 62);
    }

    /// <summary>Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm).</summary>
    public static DateOnly Easter(int year)
    {
        var a = year % 19;
        var (b, c) = Math.DivRem(year, 100);
        var (d, e) = Math.DivRem(b, 4);
        var g = (8 * b + 13) / 25;
        var h = (19 * a + b - d - g + 15) % 30;
        var (i, k) = Math.DivRem(c, 4);
        var l = (32 + 2 * e + 2 * i - h - k) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var (month, day) = Math.DivRem(h + l - 7 * m + 114, 31);
        return new DateOnly(year, month, day + 1);
    }
}
