using System.Globalization;
using ReserveConnect.Providers.HostConnect;

namespace ReserveConnect.Inventory.Sync;

/// <summary>A page of the Host's nights after each was looked at: what goes into the calendar, and what is refused.</summary>
internal sealed class CalendarPage
{
    /// <summary>More rooms of one type than this is a mistake.</summary>
    private const int MostRooms = 10_000;

    private readonly List<Nights> _units = [];
    private readonly List<RefusedRecord> _refused = [];

    /// <summary>Nights to write.</summary>
    public int Count { get; private set; }

    /// <summary>Units in the order of their ids, each with its nights.</summary>
    public IReadOnlyList<Nights> Units => _units;

    /// <summary>The nights to write, by the Host's room type, as the Host writes them.</summary>
    public Dictionary<Guid, string[]> Written { get; } = [];

    /// <summary>One entry for each night that is refused.</summary>
    public IReadOnlyList<RefusedRecord> Refused => _refused;

    /// <summary>Looks at a page.</summary>
    /// <param name="page">As the Host sent it.</param>
    /// <param name="unitIds">Our units by the Host's room type.</param>
    /// <param name="from">First night that may be in the page.</param>
    /// <param name="to">Day after the last.</param>
    public static CalendarPage Of(
        IReadOnlyList<HostAvailability> page, IReadOnlyDictionary<Guid, Guid> unitIds, DateOnly from, DateOnly to)
    {
        var calendar = new CalendarPage();
        HashSet<Guid> seen = [];
        foreach (var room in page)
        {
            var reason = !unitIds.ContainsKey(room.RoomTypeId) ? "unknown_room_type"
                : !seen.Add(room.RoomTypeId) ? "duplicate"
                : null;
            if (reason is null)
            {
                calendar.Add(room, unitIds[room.RoomTypeId], from, to);
            }
            else
            {
                calendar._refused.AddRange(room.Nights.Select(night => new RefusedRecord(room.RoomTypeId, reason, Night: Text(night))));
            }
        }

        calendar._units.Sort((a, b) => a.UnitId.CompareTo(b.UnitId));
        return calendar;
    }

    private void Add(HostAvailability room, Guid unitId, DateOnly from, DateOnly to)
    {
        var taken = new bool[to.DayNumber - from.DayNumber];
        var kept = new List<HostNight>(room.Nights.Length);
        foreach (var night in room.Nights)
        {
            if (Refuse(night, taken, from) is { } reason)
            {
                _refused.Add(new RefusedRecord(room.RoomTypeId, reason, Night: Text(night)));
            }
            else
            {
                taken[night.Date.DayNumber - from.DayNumber] = true;
                kept.Add(night);
            }
        }

        Written[room.RoomTypeId] = [.. kept.Select(Text)];
        if (kept.Count > 0)
        {
            _units.Add(new Nights(unitId, kept));
            Count += kept.Count;
        }
    }

    private static string Text(HostNight night) => night.Date.ToString("O", CultureInfo.InvariantCulture);

    private static string? Refuse(HostNight night, bool[] taken, DateOnly from)
    {
        var day = night.Date.DayNumber - from.DayNumber;
        return day < 0 || day >= taken.Length ? "night_out_of_range"
            : taken[day] ? "duplicate"
            : !HostRecords.IsPrice(night.Price ?? 0) ? "invalid_price"
            : night.Allotment is < 0 or > MostRooms || night.Sold is < 0 or > MostRooms ? "invalid_count"
            : night.MinStay < 0 || night.MaxStay < 0 || night.MaxStay < night.MinStay ? "invalid_restriction"
            : null;
    }

    /// <summary>The nights of one unit.</summary>
    internal sealed record Nights(Guid UnitId, List<HostNight> List);
}
