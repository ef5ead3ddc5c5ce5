using System.Globalization;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>The first night of the first run, and of which cities: nights in the journal count from it.</summary>
internal sealed record CalendarAnchor(DateOnly First, string Cities);

/// <summary>Nights in the journal: each changed one under its room type and day, as numbers.</summary>
internal static class NightJournal
{
    /// <summary>The journal's name for a night.</summary>
    public const string Kind = "night";

    /// <summary>Notes the night as it is now; the room's lock is held.</summary>
    public static void Put(Change change, Room room, DateOnly date)
    {
        ref readonly var n = ref room[date];
        long[] value = [n.Version, n.PriceCents, n.Allotment, n.Sold, n.MinStay, n.MaxStay, (long)n.Flags];
        change.Put(Kind, string.Create(CultureInfo.InvariantCulture, $"{room.Type.Id}/{date.DayNumber}"), value, HostJson.Default.Int64Array);
    }

    /// <summary>Puts a night of an earlier run back.</summary>
    public static void Restore(HostState state, JournalEntry entry)
    {
        var slash = entry.Key.IndexOf('/', StringComparison.Ordinal);
        var date = DateOnly.FromDayNumber(int.Parse(entry.Key.AsSpan(slash + 1), CultureInfo.InvariantCulture));
        if (state.Room(Guid.Parse(entry.Key.AsSpan(0, slash))) is not { } room)
            return;
        var v = entry.Read(HostJson.Default.Int64Array);
        var version = v[0];
        room.ExtendTo(date.AddDays(1), version);
        room[date] = new Night
        {
            Version = version,
            PriceCents = (int)v[1],
            Allotment = (short)v[2],
            Sold = (short)v[3],
            MinStay = (short)v[4],
            MaxStay = (short)v[5],
            Flags = (NightFlags)v[6],
        };
        room.NightsVersion = Math.Max(room.NightsVersion, version);
        state.Saw(version);
    }
}
