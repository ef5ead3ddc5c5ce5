using System.Diagnostics;
using ReserveConnect.Database;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>A replay from the file to the report.</summary>
internal sealed class Replaying
{
    private readonly ReplayOptions _options;
    private readonly IReadOnlyList<RealBooking> _rows;
    private readonly IReadOnlyList<Plan> _plans;
    private readonly Hotel _hotel;
    private readonly Tally _tally = new();

    /// <exception cref="UsageException">The file cannot be read, or has no stay in it.</exception>
    public Replaying(ReplayOptions options)
    {
        _options = options;
        // The hotel is that of the whole file, however many rows of it are driven.
        var all = BookingFile.Read(options.File);
        _hotel = Hotel.Of(all);
        _rows = [.. all.Take(options.Rows ?? all.Count)];
        _plans = [.. PlansOf()];
        if (_plans.Count == 0)
            throw new UsageException($"{options.File}: no row of it is a stay");
    }

    /// <summary>What the world has to sell.</summary>
    public WorldCity City => ResortCity.Of(_hotel);

    /// <summary>Runs it in a world with that city, in which nothing has happened yet.</summary>
    /// <param name="startSeconds">What the start of the world took.</param>
    public async Task<ReplayReport> RunAsync(TrialWorld world, double startSeconds, CancellationToken cancellation)
    {
        var (begun, since, requests, processor) = (TimeProvider.System.GetTimestamp(), world.Clock.GetUtcNow(), world.Requests, Processor);
        var memory = new MemoryWatch(_plans.Count);
        var run = new ReplayRun(world, _hotel, _tally, memory, _options.Guests);
        await run.RunAsync(_plans, cancellation);
        var figures = new Figures(
            run.Span, run.Days, startSeconds, TimeProvider.System.GetElapsedTime(begun).TotalSeconds, (Processor - processor).TotalSeconds, _plans.Count,
            world.Requests - requests, MemoryWatch.Peak, memory.Samples);
        var books = await Books.ReadAsync(world.ConnectionString);
        var facts = FactsOf(books, [.. (await Invariants.CheckAsync(world.ConnectionString, cancellation)).Select(CheckedInvariant.Of)]);
        var witnesses = await Witnesses.HearAsync(world, since, cancellation);
        return new(facts with { Wrong = Wrong.Of(facts, books, witnesses, run.Ends, _tally.Of(Tally.Trouble)) }, figures);
    }

    private static TimeSpan Processor
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime;
        }
    }

    private IEnumerable<Plan> PlansOf()
    {
        foreach (var row in _rows)
        {
            if (Plan.NoStay(row, _hotel) is { } why)
                _tally.Count(Tally.NoStay, why);
            else
                yield return Plan.Of(row, _hotel, _options.Seed, ReplayRun.Window);
        }
    }

    private Facts FactsOf(Books books, IReadOnlyList<CheckedInvariant> invariants) => new(
        _rows.Count,
        _tally.Of(Tally.NoStay),
        _plans.Count(plan => plan.BookedOn != plan.Real.BookedOn),
        _plans.Count(plan => plan.CancelledOn is { } day && day != plan.Real.EndedOn),
        _plans.Sum(plan => plan.Real.Changes - plan.ChangedOn.Count),
        _tally.Of(Tally.NotBooked),
        _tally.Of(Tally.Done),
        _tally.Of(Tally.NotChanged),
        books.Reservations,
        OccupancyOf(books),
        books.Taken,
        books.Refunds,
        books.Balance,
        invariants,
        books.Open,
        []);

    private List<Occupancy> OccupancyOf(Books books)
    {
        var days = _plans.Max(plan => plan.Real.Departure).DayNumber - _plans.Min(plan => plan.Real.Arrival).DayNumber;
        List<Occupancy> kinds = [.. _hotel.Kinds.Select(kind => new Occupancy(kind.Code, kind.Rooms, kind.Rooms * days, books.Sold[ResortCity.NameOf(kind)]))];
        return [.. kinds, new("all", kinds.Sum(kind => kind.Rooms), kinds.Sum(kind => kind.NightsOffered), kinds.Sum(kind => kind.NightsSold))];
    }
}
