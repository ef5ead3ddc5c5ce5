using ReserveConnect.Sandbox.Cities;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Everything that the Host knows, in memory. Lists are in the order of their ids, which never changes.</summary>
internal sealed class HostState
{
    private readonly Dictionary<string, HostCity> _cities;
    private readonly Dictionary<Guid, (HostCity City, int Index)> _properties = [];
    private readonly Dictionary<Guid, Room> _rooms = [];
    private readonly Lock _calendar = new();
    private long _version = 1;

    public HostState(IReadOnlyList<CitySeed> seeds, DateOnly first)
    {
        First = first;
        var index = 0;
        _cities = new Dictionary<string, HostCity>(StringComparer.Ordinal);
        foreach (var seed in seeds.OrderBy(s => s.Code, StringComparer.Ordinal))
        {
            var properties = seed.Properties.OrderBy(p => p.Id).ToArray();
            var rooms = seed.Rooms.OrderBy(r => r.Type.Id).Select(r => new Room(index++, seed.Code, r.Type, first, r.Nights)).ToArray();
            var city = new HostCity(seed.Code, properties, rooms);
            _cities.Add(seed.Code, city);
            for (var i = 0; i < properties.Length; i++)
                _properties.Add(properties[i].Id, (city, i));
            foreach (var room in rooms)
                _rooms.Add(room.Type.Id, room);
            End = rooms.Length > 0 ? rooms[0].End : first;
        }
    }

    /// <summary>The first night that was ever sold.</summary>
    public DateOnly First { get; }

    /// <summary>The day after the last night of the calendar.</summary>
    public DateOnly End { get; private set; }

    /// <summary>The number of the last change.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Every city.</summary>
    public IReadOnlyCollection<HostCity> Cities => _cities.Values;

    /// <summary>Every room type.</summary>
    public IReadOnlyCollection<Room> Rooms => _rooms.Values;

    /// <summary>
    /// The number of a new change. It is taken while the lock of what changes is held: a reader that notes
    /// <see cref="Version"/> first and then takes the locks one by one misses nothing up to it.
    /// </summary>
    public long NextVersion() => Interlocked.Increment(ref _version);

    /// <summary>Takes a version of an earlier run into account.</summary>
    public void Saw(long version)
    {
        if (version > Version)
            Interlocked.Exchange(ref _version, version);
    }

    /// <summary>The city, null if there is none of this code.</summary>
    public HostCity? City(string code) => _cities.GetValueOrDefault(code);

    /// <summary>The room type, null if unknown.</summary>
    public Room? Room(Guid id) => _rooms.GetValueOrDefault(id);

    /// <summary>The property, null if unknown.</summary>
    public Property? Property(Guid id) => _properties.TryGetValue(id, out var at) ? at.City.Properties[at.Index] : null;

    /// <summary>
    /// Held while a property or room type is changed. Its version is taken under it, so that whoever notes
    /// <see cref="CatalogueVersion"/> and then reads misses nothing up to it.
    /// </summary>
    public Lock Catalogue { get; } = new();

    /// <summary>The number of the last change, every change of the catalogue up to it being visible.</summary>
    public long CatalogueVersion
    {
        get
        {
            lock (Catalogue)
                return Version;
        }
    }

    /// <summary>Replaces a property that exists.</summary>
    public void Set(Property property)
    {
        var (city, index) = _properties[property.Id];
        city.Properties[index] = property;
        Saw(property.Version);
    }

    /// <summary>Makes the calendar reach <paramref name="end"/>; gives the new nights' version, null if it reached it already.</summary>
    public long? ExtendTo(DateOnly end)
    {
        if (end <= End)
            return null;
        lock (_calendar)
        {
            if (end <= End)
                return null;
            var version = 0L;
            foreach (var room in _rooms.Values)
            {
                lock (room.Gate)
                {
                    version = NextVersion();
                    room.ExtendTo(end, version);
                }
            }

            End = end;
            return version;
        }
    }
}

/// <summary>A city with its properties (a slot is replaced when one changes) and room types.</summary>
internal sealed record HostCity(string Code, Property[] Properties, Room[] Rooms);
