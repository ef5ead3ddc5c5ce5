using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// The indexes of all cities. A city is read at the start, or by the first search that needs it; events bring its
/// nights up to date, and whatever cannot be brought up to date piece by piece is read again as a whole.
/// </summary>
public sealed class AvailabilityIndex(
    ReserveDatabase database, TimeProvider clock, IOptions<InventoryOptions> options, ILogger<AvailabilityIndex> log)
{
    /// <summary>Reading a city that keeps changing takes a tenth of the time at most.</summary>
    private const int PauseFactor = 10;

    private readonly CityIndexLoader _loader = new(database, clock);
    private readonly ConcurrentDictionary<string, Slot> _cities = new(StringComparer.Ordinal);

    /// <summary>The index of a city; null if no such city is sold.</summary>
    public async ValueTask<CityIndex?> GetAsync(string slug, CancellationToken ct)
    {
        if (_cities.TryGetValue(slug, out var slot) && slot.Index is { } ready)
        {
            return ready;
        }

        var city = (await _loader.CitiesAsync(ct)).FirstOrDefault(c => c.Slug == slug);
        return city is null ? null : await BuildAsync(city, rebuild: false, ct);
    }

    /// <summary>Reads every city that is sold.</summary>
    public async Task BuildAllAsync(CancellationToken ct)
    {
        foreach (var city in await _loader.CitiesAsync(ct))
        {
            await BuildAsync(city, rebuild: true, ct);
        }
    }

    /// <summary>The index that has a unit; null when no city that was read has it.</summary>
    internal CityIndex? Of(Guid unitId) =>
        _cities.Values.Select(slot => slot.Index).FirstOrDefault(index => index?.Unit(unitId) is not null);

    /// <summary>Reads some nights of a unit again. A unit that no index has needs none.</summary>
    /// <param name="unitId">The unit.</param>
    /// <param name="from">First night.</param>
    /// <param name="to">Day after the last night.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task RefreshAsync(Guid unitId, DateOnly from, DateOnly to, CancellationToken ct)
    {
        if (Of(unitId) is not { } found || !_cities.TryGetValue(found.City.Slug, out var slot))
        {
            // A city that is being read for the first time may have been read too early for this change.
            foreach (var unread in _cities.Values.Where(s => s.Index is null))
            {
                unread.IsStale = true;
            }

            return;
        }

        // One change at a time per city: whoever reads later has read newer rows.
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Index is { } index && index.Unit(unitId) is { } unit)
            {
                unit.Nights = await _loader.ReloadAsync(unit, index.FirstDay, from, to, ct);
            }
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>The city must be read again; searches go on with what is there.</summary>
    public void MarkStale(Guid cityId)
    {
        foreach (var slot in _cities.Values.Where(s => s.City.Id == cityId))
        {
            slot.IsStale = true;
        }
    }

    /// <summary>Every city must be read again; searches go on with what is there.</summary>
    public void MarkAllStale()
    {
        foreach (var slot in _cities.Values)
        {
            slot.IsStale = true;
        }
    }

    /// <summary>Reads the cities again that must be: marked so, or a new day has begun there.</summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        foreach (var slot in _cities.Values)
        {
            if (slot.Index is { } index && (IsNewDay(index) || (slot.IsStale && clock.GetElapsedTime(slot.BuiltAt) >= Pause(slot))))
            {
                await BuildAsync(index.City, rebuild: true, ct);
            }
        }
    }

    private TimeSpan Pause(Slot slot) =>
        TimeSpan.FromTicks(Math.Min(slot.Took.Ticks * PauseFactor, options.Value.IndexRebuildPause.Ticks));

    private bool IsNewDay(CityIndex index) => CityDay.Today(clock, index.City.TimeZone) != index.FirstDay;

    private async Task<CityIndex> BuildAsync(SearchCity city, bool rebuild, CancellationToken ct)
    {
        var slot = _cities.GetOrAdd(city.Slug, _ => new Slot(city));
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Index is { } ready && !rebuild)
            {
                return ready;
            }

            // Cleared before the reading: what changes during it marks the city again.
            slot.IsStale = false;
            var started = clock.GetTimestamp();
            var index = await _loader.LoadAsync(city, options.Value.IndexDays, ct);
            slot.Index = index;
            slot.BuiltAt = clock.GetTimestamp();
            slot.Took = clock.GetElapsedTime(started);
            log.LogInformation(
                "Index of {City}: {Units} units, {Bytes} bytes of nights, read in {Milliseconds:0} ms",
                city.Slug, index.Units, index.NightBytes, slot.Took.TotalMilliseconds);
            return index;
        }
        catch
        {
            // What it was marked for has not been read.
            slot.IsStale = true;
            throw;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private sealed class Slot(SearchCity city)
    {
        private volatile CityIndex? _index;
        private volatile bool _isStale;

        public SearchCity City => city;

        public SemaphoreSlim Gate { get; } = new(1);

        public CityIndex? Index
        {
            get => _index;
            set => _index = value;
        }

        public bool IsStale
        {
            get => _isStale;
            set => _isStale = value;
        }

        public long BuiltAt { get; set; }

        public TimeSpan Took { get; set; }
    }
}
