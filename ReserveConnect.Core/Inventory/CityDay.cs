namespace ReserveConnect.Inventory;

/// <summary>Dates in a city: nights, arrivals and 'today' are local (design section 10).</summary>
public static class CityDay
{
    /// <summary>Today's date in <paramref name="timeZone"/>.</summary>
    /// <param name="clock">Gives the UTC instant.</param>
    /// <param name="timeZone">IANA name, such as <c>America/Sao_Paulo</c>.</param>
    /// <exception cref="TimeZoneNotFoundException">A city is configured with a zone that does not exist.</exception>
    public static DateOnly Today(TimeProvider clock, string timeZone) => At(clock.GetUtcNow(), timeZone);

    /// <summary>The date in <paramref name="timeZone"/> at <paramref name="instant"/>.</summary>
    /// <exception cref="TimeZoneNotFoundException">A city is configured with a zone that does not exist.</exception>
    public static DateOnly At(DateTimeOffset instant, string timeZone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime);
}
