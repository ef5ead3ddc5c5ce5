using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Trials.Racing;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>
/// Drives the plans through a world, day by day, those left out on which nothing is due: the clock jumps to noon, the timers run, and everybody who has something to do that day
/// does it at its hour, all at once but those who might race for a last room. Then it waits until nothing is under way, and goes on.
/// </summary>
internal sealed class ReplayRun(TrialWorld world, Hotel hotel, Tally tally, MemoryWatch memory, int guests)
{
    /// <summary>Days ahead that stays are sold here, as by default (<c>Reserve:Inventory:CalendarDays</c>).</summary>
    public const int Window = 365;

    /// <summary>The functions fetch so many days of the Host's calendar here: what they sell, and some more so that they need not fetch it daily.</summary>
    public const int CalendarDays = Window + DaysBetweenSyncs;

    /// <summary>The calendar is read again after so many days.</summary>
    private const int DaysBetweenSyncs = 34;

    /// <summary>How often one looks whether a booking that was paid is decided, the clock moving on between.</summary>
    private const int MostLooks = 40;

    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(30);

    private readonly Agenda _agenda = new();
    private readonly RoomBook _rooms = new();
    private readonly SortedList<(int Order, int Row), (Guest Guest, Queue<Step> Steps)> _today = [];
    private readonly HashSet<string> _mayBeHeld = new(StringComparer.Ordinal);
    private readonly Supervisor _supervisor = new(world, tally);
    private Course _course = null!;
    private Stillness _stillness = null!;
    private Acts _acts = null!;
    private TimeZoneInfo _zone = null!;
    private Task _timers = Task.CompletedTask;
    private DateOnly _first;
    private DateOnly _day;
    private DateOnly _fetchedOn;

    /// <summary>Days on which there was something to do.</summary>
    public int Days { get; private set; }

    /// <summary>Days from the first to the last.</summary>
    public int Span => _day.DayNumber - _first.DayNumber + 1;

    /// <summary>How each booking has to end, by its code.</summary>
    public IReadOnlyDictionary<string, string> Ends => _course.Ends;

    /// <summary>Runs all of them to their end.</summary>
    public async Task RunAsync(IReadOnlyList<Plan> plans, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellation);
        await PrepareAsync(connection, cancellation);
        var shift = _first.DayNumber - plans.Min(plan => plan.BookedOn).DayNumber;
        foreach (var guest in plans.Select(plan => new Guest(plan, shift)))
            _agenda.Add(guest.BookedOn, guest, Step.Book);
        memory.Look(0);
        while (_agenda.Next is { } next)
        {
            _day = next;
            await DayAsync(cancellation);
            Days++;
        }

        memory.Look(_course.Begun);
    }

    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        _course = new(_agenda, _rooms, tally);
        _stillness = new(world, connection);
        _zone = TimeZoneInfo.FindSystemTimeZoneById(await connection.QuerySingleAsync<string>("SELECT time_zone FROM reserve.cities WHERE is_active"));
        var units = (await connection.QueryAsync<(string Name, Guid Id)>("SELECT name, id FROM reserve.unit_map")).ToDictionary();
        _acts = new(world, hotel.Kinds.ToDictionary(kind => kind.Code, kind => units[ResortCity.NameOf(kind)]), await Owner.MakeAsync(world), tally);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(world.Clock.GetUtcNow(), _zone).DateTime);
        (_first, _fetchedOn) = (today.AddDays(1), today);
        await _stillness.WaitAsync(cancellation);
    }

    private async Task DayAsync(CancellationToken cancellation)
    {
        MoveTo(Hours.Noon);
        await FetchAsync(cancellation);
        _timers = Task.WhenAll(world.RunJobAsync("expire_intents", cancellation), world.RunJobAsync("process_stays", cancellation));
        try
        {
            foreach (var hour in Hours.All)
            {
                while (TurnsAt(hour) is { Count: > 0 } turns)
                {
                    MoveTo(hour);
                    await WaveAsync(turns, cancellation);
                }
            }
        }
        finally
        {
            await _timers;
        }

        await _stillness.WaitAsync(cancellation);
        if (_mayBeHeld.Count > 0)
        {
            await _supervisor.PayByTransferAsync(_mayBeHeld);
            _mayBeHeld.Clear();
            await _stillness.WaitAsync(cancellation);
        }

        memory.Look(_course.Begun);
    }

    // Who looks whether a booking is decided may have moved the clock on already.
    private void MoveTo(TimeOnly hour)
    {
        var local = _day.ToDateTime(hour);
        var instant = new DateTimeOffset(local, _zone.GetUtcOffset(local));
        if (instant > world.Clock.GetUtcNow())
            world.Clock.AdvanceTo(instant);
    }

    // As the product does every five minutes, but not in vain.
    private async Task FetchAsync(CancellationToken cancellation)
    {
        if (_day < _fetchedOn.AddDays(DaysBetweenSyncs))
            return;
        await world.RunJobAsync("sync_host_availability", cancellation);
        await _stillness.WaitAsync(cancellation);
        _fetchedOn = _day;
    }

    // The next steps of those whose hour has come.
    private List<Turn> TurnsAt(TimeOnly hour)
    {
        foreach (var (guest, step) in _agenda.Take(_day))
        {
            var key = (guest.Plan.Order, guest.Plan.Real.Row);
            if (!_today.TryGetValue(key, out var entry))
                _today.Add(key, entry = (guest, new()));
            entry.Steps.Enqueue(step);
        }

        return [.. _today.Values.Where(entry => Hours.Of(entry.Guest, entry.Steps.Peek(), _day) <= hour).Select(entry => Turn.Of(entry.Guest, entry.Steps.Peek()))];
    }

    // Whoever cannot be too late for a room, else those who can, one after the other.
    private async Task WaveAsync(IReadOnlyList<Turn> turns, CancellationToken cancellation)
    {
        _rooms.Begin();
        foreach (var turn in turns)
            _rooms.Want(turn.Guest.Kind, turn.Nights);
        foreach (var turn in turns)
            turn.IsSure = _rooms.SufficesFor(turn.Guest.Kind, turn.Nights);
        var sure = turns.Where(turn => turn.IsSure).ToList();
        if (sure.Count > 0)
            await AllAtOnceAsync(sure, ActAsync, cancellation);
        else
            await LastRoomsAsync(turns, cancellation);
        var acted = sure.Count > 0 ? sure : turns;
        await _stillness.WaitAsync(cancellation);
        await LookAsync([.. acted.Where(turn => turn.IsUnderWay)], cancellation);
        foreach (var turn in acted)
            Note(turn);
    }

    private async Task LastRoomsAsync(IReadOnlyList<Turn> turns, CancellationToken cancellation)
    {
        // Whether the nights of somebody who did not come are free by now must not be chance.
        await _timers;
        await _stillness.WaitAsync(cancellation);
        await Task.WhenAll(turns.GroupBy(turn => turn.Guest.Kind.Code, StringComparer.Ordinal).Select(OneByOneAsync));
    }

    private async Task OneByOneAsync(IEnumerable<Turn> turns)
    {
        foreach (var turn in turns)
            await ActAsync(turn);
    }

    private async ValueTask ActAsync(Turn turn)
    {
        try
        {
            await StepAsync(turn);
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or InvalidOperationException or JsonException)
        {
            turn.Refusal = $"{broken.GetType().Name} {broken.Message}";
        }
    }

    private async Task StepAsync(Turn turn)
    {
        var guest = turn.Guest;
        switch (turn.Step)
        {
            case Step.Book:
                turn.Refusal = await _acts.HoldAsync(guest);
                turn.IsBegun = turn.IsUnderWay = turn.Refusal is null;
                guest.ActedOn = _day;
                break;
            case Step.Change:
                turn.Refusal = turn.Wanted == guest.Stay ? Turn.NothingToChange : await _acts.ChangeAsync(guest, turn.Wanted!);
                turn.IsBegun = turn.IsUnderWay = turn.Refusal is null;
                guest.ActedOn = _day;
                break;
            case Step.Cancel:
                turn.Refusal = await _acts.CancelAsync(guest);
                turn.IsDone = turn.Refusal is null;
                break;
            case Step.CheckIn when guest.Stay.CheckIn <= _day:
                turn.Refusal = await _acts.CheckInAsync(guest);
                turn.IsDone = turn.Refusal is null;
                break;
            case Step.CheckOut:
                turn.Refusal = await _acts.CheckOutAsync(guest);
                turn.IsDone = turn.Refusal is null;
                break;
        }
    }

    private async Task LookAsync(IReadOnlyList<Turn> turns, CancellationToken cancellation)
    {
        for (var looks = 0; turns.Count > 0 && looks < MostLooks; looks++)
        {
            if (looks > 0)
            {
                await _stillness.StepAsync(_betweenLooks);
                await _stillness.WaitAsync(cancellation);
            }

            await AllAtOnceAsync(turns, async turn => (turn.IsUnderWay, turn.IsDone) = await _acts.LookAsync(turn.Guest) is { } stands ? (false, stands) : (true, false), cancellation);
            turns = [.. turns.Where(turn => turn.IsUnderWay)];
        }
    }

    private void Note(Turn turn)
    {
        var guest = turn.Guest;
        var key = (guest.Plan.Order, guest.Plan.Real.Row);
        _today[key].Steps.Dequeue();
        if (_today[key].Steps.Count == 0)
            _today.Remove(key);
        if (turn.Step is Step.Cancel or Step.Change && guest.HasOldPix(_day))
            _mayBeHeld.Add(guest.Code!);
        _course.Note(turn, _day);
    }

    private Task AllAtOnceAsync(IReadOnlyList<Turn> turns, Func<Turn, ValueTask> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(turns, new ParallelOptions { MaxDegreeOfParallelism = guests, CancellationToken = cancellation }, (turn, _) => act(turn));
}
