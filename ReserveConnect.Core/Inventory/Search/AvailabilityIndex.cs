using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// The indexes of all cities. A city is read at the start, or by the first search that needs it; events bring its
/// nights up to date, and whatever cannot be brought up to date piece by piece is read again as a whole. One city that
/// cannot be read is tried again after a pause, and holds up no other.
/// </summary>
public sealed class AvailabilityIndex(
    ReserveDatabase database, TimeProvider clock, IOptions<InventoryOptions> options, ILogger<AvailabilityIndex> log) : IDisposable
{
    /// <summary>Cities that are read at the same time.</summary>
    private const int CitiesAtOnce = 2;

    /// <summary>How often the list of cities is read for a slug that is not in it: guessing slugs costs nothing.</summary>
    private static readonly TimeSpan UnknownCityPause = TimeSpan.FromSeconds(1);

    private readonly CityIndexLoader _loader = new(database, clock);
    private readonly ConcurrentDictionary<string, CitySlot> _cities = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _listing = new(1);
    private long? _listedAt;

    /// <summary>The index of a city; null if no such city is sold.</summary>
    public async ValueTask<CityIndex?> GetAsync(string slug, CancellationToken ct)
    {
        if (!_cities.TryGetValue(slug, out var slot))
        {
            await ListAsync(UnknownCityPause, ct);
            if (!_cities.TryGetValue(slug, out slot))
            {
                return null;
            }
        }

        // Whoever waits for a first reading may leave; the reading goes on for those behind.
        return slot.Index
            ?? await slot.FirstAsync(() => BuildAsync(slot, Rebuild.None, CancellationToken.None), again: MayTry(slot)).WaitAsync(ct);
    }

    /// <summary>Reads every city that is sold.</summary>
    /// <exception cref="AggregateException">Some could not be read; the others were.</exception>
    public async Task BuildAllAsync(CancellationToken ct)
    {
        await ListAsync(TimeSpan.Zero, ct);
        List<Exception> failures = [];
        foreach (var slot in _cities.Values)
        {
            try
            {
                await BuildAsync(slot, Rebuild.Everything, ct);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
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
        var change = new NightsChanged(unitIds, from, to);
        foreach (var slot in _cities.Values)
        {
            await slot.ApplyAsync(change, _loader, ct);
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

    /// <summary>
    /// Reads the cities that must be: new in the list, marked, or a new day has begun there. A city that cannot be read is
    /// logged and tried again after a pause.
    /// </summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        await ListAsync(options.Value.IndexCitiesPause, ct);
        await Parallel.ForEachAsync(
            _cities.Values.Where(IsDue),
            new ParallelOptions { MaxDegreeOfParallelism = CitiesAtOnce, CancellationToken = ct },
            async (slot, cancellation) =>
            {
                try
                {
                    await BuildAsync(slot, IsNewDay(slot) ? Rebuild.Everything : Rebuild.None, cancellation);
                }
                catch (Exception failure) when (!cancellation.IsCancellationRequested)
                {
                    log.LogError(failure, "The index of {City} could not be read", slot.City.Slug);
                }
            });
    }

    /// <summary>To be called when nobody searches any more.</summary>
    public void Dispose()
    {
        _listing.Dispose();
        foreach (var slot in _cities.Values)
        {
            slot.Dispose();
        }
    }

    private void Mark(Guid cityId, Rebuild rebuild)
    {
        foreach (var slot in _cities.Values.Where(s => s.City.Id == cityId))
        {
            slot.Mark(rebuild);
        }
    }

    private bool IsDue(CitySlot slot) =>
        (slot.Index is null || slot.Due is not Rebuild.None || IsNewDay(slot)) && MayTry(slot);

    private bool MayTry(CitySlot slot) => clock.GetElapsedTime(slot.TriedAt) >= slot.Pause;

    private bool IsNewDay(CitySlot slot) => slot.Index is { } index && CityDay.Today(clock, slot.City.TimeZone) != index.FirstDay;

    // Takes up new cities, and lets go of those that are no longer sold or not what they were.
    private async Task ListAsync(TimeSpan pause, CancellationToken ct)
    {
        await _listing.WaitAsync(ct);
        try
        {
            if (_listedAt is { } before && clock.GetElapsedTime(before) < pause)
            {
                return;
            }

            var sold = (await _loader.CitiesAsync(ct)).ToDictionary(city => city.Slug);
            foreach (var (slug, slot) in _cities)
            {
                if (sold.GetValueOrDefault(slug) != slot.City)
                {
                    _cities.TryRemove(slug, out _);
                }
            }

            foreach (var city in sold.Values)
            {
                _cities.GetOrAdd(city.Slug, _ => new CitySlot(city));
            }

            _listedAt = clock.GetTimestamp();
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <param name="atLeast">What is read again, whatever the city was marked for.</param>
    private async Task<CityIndex> BuildAsync(CitySlot slot, Rebuild atLeast, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var (index, isNew) = await slot.BuildAsync(_loader, atLeast, options.Value, clock, ct);
        if (isNew)
        {
            log.LogInformation(
                "Index of {City}: {Units} units, {Bytes} bytes of nights, read in {Milliseconds:0} ms",
                slot.City.Slug, index.Units, index.NightBytes, clock.GetElapsedTime(started).TotalMilliseconds);
        }

        return index;
    }
}
