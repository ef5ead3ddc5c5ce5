using System.Globalization;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace ReserveConnect.Inventory.Feeds;

/// <summary>Writes taken nights as an iCalendar (RFC 5545). Nothing in it depends on when it is read.</summary>
internal static class CalendarText
{
    private const string Product = "-//Reserve Connect//Calendar//EN";

    /// <summary>How often a reader is asked to come again (RFC 7986).</summary>
    private const string Refresh = "PT15M";

    /// <summary>The calendar of a property: one all-day event for nights in a row of one unit, with no word of who sleeps there.</summary>
    public static string Of(string property, IEnumerable<TakenRange> taken)
    {
        var calendar = new Ical.Net.Calendar { ProductId = Product };
        calendar.AddProperty("CALSCALE", "GREGORIAN");
        calendar.AddProperty("X-WR-CALNAME", Text(property));
        calendar.AddProperty("X-PUBLISHED-TTL", Refresh);
        var refresh = new CalendarProperty("REFRESH-INTERVAL", Refresh);
        refresh.AddParameter("VALUE", "DURATION");
        calendar.AddProperty(refresh);
        foreach (var range in taken)
        {
            calendar.Events.Add(Event(range));
        }

        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    private static CalendarEvent Event(TakenRange range) => new()
    {
        // Two ranges of a unit never begin on one day, and one that gets longer is still the same.
        Uid = string.Create(CultureInfo.InvariantCulture, $"{range.UnitId:N}-{range.First:yyyyMMdd}@reserve-connect"),
        Summary = $"{Text(range.UnitName)}: {(range.IsBooked ? "reserved" : "not available")}",
        DtStamp = new CalDateTime(Second(range.ChangedAt)),
        LastModified = new CalDateTime(Second(range.ChangedAt)),
        Start = new CalDateTime(range.First),
        End = new CalDateTime(range.End),
        Transparency = TransparencyType.Opaque,
    };

    // Of what steers a terminal a text may have a tab (RFC 5545, 3.1); ends of lines are escaped.
    private static string Text(string name) => string.Concat(name.Where(c => !char.IsControl(c) || c is '\r' or '\n' or '\t'));

    // An instant of iCalendar has no parts of a second.
    private static DateTime Second(DateTimeOffset instant) =>
        DateTime.SpecifyKind(new DateTime(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerSecond)), DateTimeKind.Utc);
}
