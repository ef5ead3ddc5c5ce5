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
    /// <summary>Reading a city that keeps changing takes a fifth of the time at most.</summary>
    private const int PauseFactor = 4;

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
        return city is null ? null : await BuildAsync(city, Rebuild.None, ct);
    }

    /// <summary>Reads every city that is sold.</summary>
    public async Task BuildAllAsync(CancellationToken ct)
    {
        foreach (var city in await _loader.CitiesAsync(ct))
        {
            await BuildAsync(city, Rebuild.Everything, ct);
        }
    }

    /// <summary>The index that has a unit; null when no city that was read has it.</summary>
    internal CityIndex? Of(Guid unitId) =>
        _cities.Values.Select(slot => slot.Index).FirstOrDefault(index => index?.Unit(unitId) is not null);

    /// <summary>Reads some nights of some units again. A unit that no index has needs none.</summary>
    /// <param name="unitIds">The units.</param>
    /// <param name="from">First night.</param>
    /// <param name="to">Day after the last night.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task RefreshAsync(IReadOnlyList<Guid> unitIds, DateOnly from, DateOnly to, CancellationToken ct)
    {
        foreach (var slot in _cities.Values)
        {
            if (slot.Index is not { } index)
            {
                // A city that is being read for the first time may have been read too early for this change.
                slot.Mark(Rebuild.Everything);
            }
            else if (unitIds.Any(id => index.Unit(id) is not null))
            {
                await RefreshAsync(slot, unitIds, from, to, ct);
            }
        }
    }

    /// <summary>
    /// What the city sells must be read again, and the nights of units that the index does not have; searches go on with
    /// what is there.
    /// </summary>
    public void MarkCatalogueStale(Guid cityId) => Mark(cityId, Rebuild.Catalogue);

    /// <summary>Everything of the city must be read again; searches go on with what is there.</summary>
    public void MarkStale(Guid cityId) => Mark(cityId, Rebuild.Everything);

    /// <summary>Every city must be read again; searches go on with what is there.</summary>
    public void MarkAllStale()
    {
        foreach (var slot in _cities.Values)
        {
            slot.Mark(Rebuild.Everything);
        }
    }

    /// <summary>Reads the cities again that must be: marked so, or a new day has begun there.</summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        foreach (var slot in _cities.Values)
        {
            if (slot.Index is { } index && IsNewDay(index))
            {
                await BuildAsync(slot.City, Rebuild.Everything, ct);
            }
            else if (slot.Index is not null && slot.Due is not Rebuild.None && clock.GetElapsedTime(slot.BuiltAt) >= Pause(slot))
            {
                await BuildAsync(slot.City, Rebuild.None, ct);
            }
        }
    }

    private void Mark(Guid cityId, Rebuild rebuild)
    {
        foreach (var slot in _cities.Values.Where(s => s.City.Id == cityId))
        {
            slot.Mark(rebuild);
        }
    }

    private async Task RefreshAsync(Slot slot, IReadOnlyList<Guid> unitIds, DateOnly from, DateOnly to, CancellationToken ct)
    {
        // One change at a time per city: whoever reads later has read newer rows.
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Index is not { } index)
            {
                return;
            }

            var units = unitIds.Distinct().Select(index.Unit).OfType<IndexedUnit>().ToList();
            foreach (var (unit, nights) in await _loader.ReloadAsync(index, units, from, to, ct))
            {
                index.SetNights(unit.Offer.UnitId, nights);
            }
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private TimeSpan Pause(Slot slot) =>
        TimeSpan.FromTicks(Math.Min(slot.Took.Ticks * PauseFactor, options.Value.IndexRebuildPause.Ticks));

    private bool IsNewDay(CityIndex index) => CityDay.Today(clock, index.City.TimeZone) != index.FirstDay;

    /// <param name="atLeast">What is read again, whatever the city was marked for.</param>
    private async Task<CityIndex> BuildAsync(SearchCity city, Rebuild atLeast, CancellationToken ct)
    {
        var slot = _cities.GetOrAdd(city.Slug, _ => new Slot(city));
        await slot.Gate.WaitAsync(ct);
        var due = Rebuild.Everything;
        try
        {
            // Cleared before the reading: what changes during it marks the city again.
            due = slot.TakeDue();
            due = due > atLeast ? due : atLeast;
            if (slot.Index is { } ready && due is Rebuild.None)
            {
                return ready;
            }

            var started = clock.GetTimestamp();
            var index = await _loader.LoadAsync(city, options.Value.IndexDays, due is Rebuild.Catalogue ? slot.Index : null, ct);
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
            slot.Mark(due);
            throw;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>How much of a city is read again; what is more includes what is less.</summary>
    private enum Rebuild
    {
        None,
        Catalogue,
        Everything,
    }

    private sealed class Slot(SearchCity city)
    {
        private volatile CityIndex? _index;
        private int _due;

        public SearchCity City => city;

        public SemaphoreSlim Gate { get; } = new(1);

        public CityIndex? Index
        {
            get => _index;
            set => _index = value;
        }

        /// <summary>What must be read again.</summary>
        public Rebuild Due => (Rebuild)Volatile.Read(ref _due);

        public long BuiltAt { get; set; }

        public TimeSpan Took { get; set; }

        /// <summary>At least this much must be read again.</summary>
        public void Mark(Rebuild rebuild)
        {
            int known;
            do
            {
                known = Volatile.Read(ref _due);
            }
            while (known < (int)rebuild && Interlocked.CompareExchange(ref _due, (int)rebuild, known) != known);
        }

        /// <summary>What must be read again; from now on nothing.</summary>
        public Rebuild TakeDue() => (Rebuild)Interlocked.Exchange(ref _due, 0);
    }
}
