namespace ReserveConnect.Inventory.Search;

/// <summary>How much of a city is read again; what is more includes what is less.</summary>
internal enum Rebuild
{
    None,
    Catalogue,
    Everything,
}

/// <summary>Nights that changed.</summary>
/// <param name="From">First night.</param>
/// <param name="To">Day after the last.</param>
internal sealed record NightsChanged(IReadOnlyList<Guid> UnitIds, DateOnly From, DateOnly To);

/// <summary>
/// The place of one city's index. Changes go on while another index is being read: they are applied to the one that is
/// searched, and once more to the new one before it takes its place.
/// </summary>
internal sealed class CitySlot(SearchCity city) : IDisposable
{
    /// <summary>Reading a city that keeps changing takes a fifth of the time, unless the longest pause ends it sooner.</summary>
    private const int PauseFactor = 4;

    /// <summary>Changes that wait for a new index; with more the city is read once again instead.</summary>
    private const int MostWaiting = 10_000;

    // One change at a time: whoever reads later has read newer rows.
    private readonly SemaphoreSlim _changing = new(1);
    private readonly SemaphoreSlim _building = new(1);
    private readonly Lock _firstGate = new();
    private volatile CityIndex? _index;
    private List<NightsChanged>? _waiting;
    private Task<CityIndex>? _first;
    private int _due;
    private int _failures;

    public SearchCity City => city;

    /// <summary>What is searched; null before the first reading.</summary>
    public CityIndex? Index => _index;

    /// <summary>What must be read again.</summary>
    public Rebuild Due => (Rebuild)Volatile.Read(ref _due);

    /// <summary>When the last reading ended, well or not.</summary>
    public long TriedAt { get; private set; }

    /// <summary>How long the next reading is put off.</summary>
    public TimeSpan Pause { get; private set; }

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

    /// <summary>The first reading, shared by all who wait for it.</summary>
    /// <param name="again">Whether one that failed is begun again.</param>
    public Task<CityIndex> FirstAsync(Func<Task<CityIndex>> build, bool again)
    {
        lock (_firstGate)
        {
            return _first is { } first && !(again && first.IsFaulted) ? first : _first = Task.Run(build);
        }
    }

    /// <summary>Reads the changed nights of the units that are the city's.</summary>
    public async Task ApplyAsync(NightsChanged change, CityIndexLoader loader, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (_waiting is { } waiting && waiting.Count < MostWaiting)
            {
                waiting.Add(change);
            }
            else if (_waiting is not null)
            {
                Mark(Rebuild.Everything);
            }

            if (_index is { } index)
            {
                await ApplyAsync(index, change, loader, ct);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Reads what must be, and puts it in the place of what is there.</summary>
    /// <param name="atLeast">What is read again, whatever the city was marked for.</param>
    /// <returns>The index, and whether it was read now.</returns>
    public async Task<(CityIndex Index, bool IsNew)> BuildAsync(
        CityIndexLoader loader, Rebuild atLeast, InventoryOptions options, TimeProvider clock, CancellationToken ct)
    {
        await _building.WaitAsync(ct);
        var due = Rebuild.Everything;
        var started = clock.GetTimestamp();
        try
        {
            // Cleared before the reading: what changes during it marks the city again.
            due = (Rebuild)Interlocked.Exchange(ref _due, 0);
            due = due > atLeast ? due : atLeast;
            if (_index is { } ready && due is Rebuild.None)
            {
                return (ready, false);
            }

            await BeginWaitingAsync(ct);
            var index = await loader.LoadAsync(city, options.IndexDays, due is Rebuild.Catalogue ? _index : null, ct);
            await TakePlaceAsync(index, loader, ct);
            _failures = 0;
            Ended(clock, TimeSpan.FromTicks(Math.Min(clock.GetElapsedTime(started).Ticks * PauseFactor, options.IndexRebuildPause.Ticks)));
            return (index, true);
        }
        catch
        {
            // What it was marked for has not been read.
            Mark(due);
            _waiting = null;
            _failures = Math.Min(_failures + 1, 16);
            Ended(clock, TimeSpan.FromTicks(Math.Min(options.IndexRound.Ticks << _failures, options.IndexFailurePause.Ticks)));
            throw;
        }
        finally
        {
            _building.Release();
        }
    }

    public void Dispose()
    {
        _changing.Dispose();
        _building.Dispose();
    }

    private async Task BeginWaitingAsync(CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        _waiting = [];
        _changing.Release();
    }

    private async Task TakePlaceAsync(CityIndex index, CityIndexLoader loader, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            foreach (var change in _waiting!)
            {
                await ApplyAsync(index, change, loader, ct);
            }

            _index = index;
            _waiting = null;
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Ended(TimeProvider clock, TimeSpan pause)
    {
        TriedAt = clock.GetTimestamp();
        Pause = pause;
    }

    private static async Task ApplyAsync(CityIndex index, NightsChanged change, CityIndexLoader loader, CancellationToken ct)
    {
        var units = change.UnitIds.Distinct().Select(index.Unit).OfType<IndexedUnit>().ToList();
        if (units.Count == 0)
        {
            return;
        }

        foreach (var (unit, nights) in await loader.ReloadAsync(index, units, change.From, change.To, ct))
        {
            index.SetNights(unit.Offer.UnitId, nights);
        }
    }
}
