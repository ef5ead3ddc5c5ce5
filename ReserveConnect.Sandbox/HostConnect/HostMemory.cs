using ReserveConnect.Sandbox.Cities;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>What the Host knows and what it can do, from one reset to the next.</summary>
internal sealed class HostMemory
{
    private const string AnchorKind = "calendar";
    private const string PropertyKind = "property";
    private const string RoomTypeKind = "room_type";

    private readonly StandIn _server;
    private readonly CityOptions _options;
    private readonly TimeZoneInfo _zone;

    private HostMemory(StandIn server, SandboxOptions options, TimeZoneInfo zone, HostState state)
    {
        _server = server;
        _options = options.City;
        _zone = zone;
        State = state;
        Bookings = new HostBookings(state, new BookingBook(), server, options.HostConnect, () => Today);
    }

    /// <summary>Properties, room types, nights.</summary>
    public HostState State { get; }

    /// <summary>Bookings.</summary>
    public HostBookings Bookings { get; }

    /// <summary>The cities' day.</summary>
    public DateOnly Today => DayIn(_zone, _server.Clock);

    /// <summary>Loads the cities as they were at the first run, then what changed since.</summary>
    public static HostMemory Load(StandIn server, SandboxOptions options, IReadOnlyList<JournalEntry> restored)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.City.TimeZone);
        var source = CitySource.Open(options.City);
        var anchor = Anchor(restored, source) ?? new CalendarAnchor(DayIn(zone, server.Clock), source.Fingerprint);
        var memory = new HostMemory(server, options, zone, new HostState(source.Load(anchor.First), anchor.First));
        foreach (var entry in restored)
            memory.Restore(entry);
        using (var change = server.Begin())
        {
            change.Put(AnchorKind, AnchorKind, anchor, HostJson.Default.CalendarAnchor);
            change.Commit();
        }

        memory.RollOver();
        return memory;
    }

    /// <summary>Makes the calendar reach as far ahead of today as it should.</summary>
    public void RollOver()
    {
        var before = State.End;
        if (State.ExtendTo(Today.AddDays(_options.NightsAhead)) is null)
            return;
        foreach (var room in State.Rooms)
        {
            using var change = _server.Begin();
            lock (room.Gate)
            {
                for (var date = before; date < room.End; date = date.AddDays(1))
                    NightJournal.Put(change, room, date);
                change.Commit();
            }
        }
    }

    /// <summary>Changes a property; null: unknown.</summary>
    public Property? ChangeProperty(Guid id, Func<Property, Property> how)
    {
        lock (State.Catalogue)
        {
            if (State.Property(id) is not { } old)
                return null;
            var property = how(old) with { Version = State.NextVersion() };
            State.Set(property);
            using var change = _server.Begin();
            change.Put(PropertyKind, id.ToString(), property, HostJson.Default.Property);
            change.Send(HostEvent.PropertyChanged(property, _server.Clock.GetUtcNow()).ToWebhook());
            change.Commit();
            return property;
        }
    }

    /// <summary>Changes a room type; null: unknown.</summary>
    public RoomType? ChangeRoomType(Guid id, Func<RoomType, RoomType> how)
    {
        lock (State.Catalogue)
        {
            if (State.Room(id) is not { } room)
                return null;
            room.Type = how(room.Type) with { Version = State.NextVersion() };
            using var change = _server.Begin();
            change.Put(RoomTypeKind, id.ToString(), room.Type, HostJson.Default.RoomType);
            change.Send(HostEvent.RoomTypeChanged(room, _server.Clock.GetUtcNow()).ToWebhook());
            change.Commit();
            return room.Type;
        }
    }

    /// <summary>Changes nights of a room type; gives how many.</summary>
    public int ChangeNights(Room room, DateOnly from, DateOnly to, Func<Night, Night> how)
    {
        lock (room.Gate)
        {
            using var change = _server.Begin();
            var version = State.NextVersion();
            var count = 0;
            for (var date = from; date < to; date = date.AddDays(1))
            {
                if (!room.Has(date))
                    continue;
                room[date] = how(room[date]) with { Version = version };
                NightJournal.Put(change, room, date);
                count++;
            }

            room.NightsVersion = version;
            change.Send(HostEvent.AvailabilityChanged(room, from, to, version, _server.Clock.GetUtcNow()).ToWebhook());
            change.Commit();
            return count;
        }
    }

    private static DateOnly DayIn(TimeZoneInfo zone, TimeProvider clock) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);

    private static CalendarAnchor? Anchor(IReadOnlyList<JournalEntry> restored, CitySource source)
    {
        foreach (var entry in restored)
        {
            if (entry.Kind != AnchorKind)
                continue;
            var anchor = entry.Read(HostJson.Default.CalendarAnchor);
            return anchor.Cities == source.Fingerprint
                ? anchor
                : throw new InvalidDataException(
                    $"The state folder was made with other files of the city ('{anchor.Cities}', now '{source.Fingerprint}'); take another folder or remove it.");
        }

        return null;
    }

    private void Restore(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case NightJournal.Kind:
                NightJournal.Restore(State, entry);
                break;
            case HostBookings.Kind:
                var stored = entry.Read(HostJson.Default.StoredBooking);
                Bookings.Book.Set(Bookings.Book.Key(entry.Key), stored);
                State.Saw(stored.Booking.Version);
                break;
            case HostBookings.TombstoneKind:
                Bookings.Book.Key(entry.Key).IsCancelled = true;
                break;
            case PropertyKind when entry.Read(HostJson.Default.Property) is { } property && State.Property(property.Id) is not null:
                State.Set(property);
                break;
            case RoomTypeKind when entry.Read(HostJson.Default.RoomType) is { } type && State.Room(type.Id) is { } room:
                room.Type = type;
                State.Saw(type.Version);
                break;
        }
    }
}
