using System.Net;
using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>One seed's run of a race, on nights of its own: what it decides, what its guests do, what it waits for.</summary>
internal sealed class Lane
{
    private readonly TrialWorld _world;
    private readonly Round _round;
    private readonly List<Held> _held = [];
    private readonly List<string> _trouble = [];
    private readonly HashSet<string> _met = [];
    private readonly Dictionary<Guid, Return> _agreed = [];

    public Lane(TrialWorld world, Round round, IRace race, int seed)
    {
        (_world, _round, Race, Seed) = (world, round, race, seed);
        Chance = new Chance(race.Name, seed);
        Guests = new GuestDesk(world, Complain);
        Trouble = new Trouble(world);
    }

    public IRace Race { get; }

    public int Seed { get; }

    /// <summary>Whether cards are only reserved until the Host has booked: with every second seed.</summary>
    public bool CapturesLater => WillCaptureLater(Seed);

    public Chance Chance { get; }

    public GuestDesk Guests { get; }

    public Trouble Trouble { get; }

    /// <summary>Now, by the clock of all.</summary>
    public DateTimeOffset Now => _world.Clock.GetUtcNow();

    /// <summary>The nights that it is about; null before the first hold.</summary>
    public TrialStay? Stay { get; private set; }

    /// <summary>Its intents in the order in which they were made.</summary>
    public IReadOnlyList<Held> Held => _held;

    /// <summary>What should not have happened, whatever the end.</summary>
    public IReadOnlyList<string> Complaints => _trouble;

    /// <summary>What happened in it that a race counts.</summary>
    public IReadOnlyCollection<string> WasMet => _met;

    /// <summary>What was agreed to go back of its confirmed bookings, by intent.</summary>
    public IReadOnlyDictionary<Guid, Return> Agreed => _agreed;

    /// <summary>Whether the lane itself came to its end.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What a race notes for its own last word; null: nothing.</summary>
    public bool IsPaid { get; set; }

    /// <summary>The only end that is right for what its seed has drawn; null: several are.</summary>
    public string? MustEnd { get; set; }

    /// <summary>Its nights and what they cost; null: it has none.</summary>
    public string? InWords => Stay is null || _held.Count == 0 ? null : string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Stay.CheckIn:yyyy-MM-dd} to {Stay.CheckOut:yyyy-MM-dd} for {_held[0].Total:0.00}, cards taken {(CapturesLater ? "after the Host" : "at once")}");

    /// <summary>Whether a seed is one whose cards are only reserved at first.</summary>
    public static bool WillCaptureLater(int seed) => seed % 2 != 0;

    /// <summary>Notes that something happened which a race counts.</summary>
    public void Met(string what)
    {
        lock (_met)
            _met.Add(what);
    }

    /// <summary>Notes what a confirmed booking gives back.</summary>
    public void Agree(Held held, Return agreed) => _agreed[held.IntentId] = agreed;

    /// <summary>Takes the nights and holds them for the one of <paramref name="guests"/> that is the fastest.</summary>
    public async Task<Held> HoldAsync(int nights, bool singleRoom, int guests = 1)
    {
        Stay ??= _world.Nights.Take(_round.Today, Seed, nights, singleRoom);
        var answers = await Task.WhenAll(Enumerable.Range(1, guests).Select(guest => Guests.HoldAsync(Stay, $"guest{guest}.of{Seed}")));
        var winners = answers.Where(answer => answer.IsDone).ToList();
        foreach (var loser in answers.Where(answer => !answer.IsDone && (answer.Status, answer.Code) is not (HttpStatusCode.Conflict, "not_available")))
            Complain($"a guest who came too late was told {(int)loser.Status} {loser.Code}");
        if (winners.Count != Math.Min(guests, Stay.Rooms))
            Complain($"{winners.Count} of {guests} guests hold one of {Stay.Rooms} rooms");
        if (winners.Count == 0)
            throw new InvalidOperationException($"nobody holds the room: {(int)answers[0].Status} {answers[0].Code}");
        _held.AddRange(winners.Select(winner => winner.Value!));
        return winners[0].Value!;
    }

    /// <summary>Another guest asks for the same nights.</summary>
    public async Task<Held?> RivalAsync(int number)
    {
        var answer = await Guests.HoldAsync(Stay!, $"rival{number}.of{Seed}");
        if (answer.Value is { } held)
        {
            lock (_held)
                _held.Add(held);
        }
        else if ((answer.Status, answer.Code) is not (HttpStatusCode.Conflict, "not_available"))
        {
            Complain($"a rival was told {(int)answer.Status} {answer.Code}");
        }

        return answer.Value;
    }

    /// <summary>Begins a payment, which has to succeed.</summary>
    public async Task<Charge> BeginAsync(Held held, bool byPix)
    {
        var told = await Guests.BeginAsync(held, byPix);
        return told.Value ?? throw new InvalidOperationException($"no payment could be begun: {(int)told.Status} {told.Code}");
    }

    /// <summary>Waits for the clock of all to be at an instant.</summary>
    public Task AtAsync(DateTimeOffset instant) => _round.ReachAsync(instant, justBefore: false);

    /// <summary>Goes on a moment before the clock of all jumps to an instant: what is done now meets what falls due then.</summary>
    public Task JustBeforeAsync(DateTimeOffset instant) => _round.ReachAsync(instant, justBefore: true);

    /// <summary>Waits until an intent is in one of the states.</summary>
    public Task<string> UntilAsync(Held held, params string[] statuses) => _round.ReachAsync(held.IntentId, statuses);

    /// <summary>Begins all at once, each after its own pause.</summary>
    public static Task AtOnceAsync(params (TimeSpan Pause, Func<Task> Doing)[] doings) =>
        Task.WhenAll(doings.Select(async doing =>
        {
            await Task.Delay(doing.Pause, TimeProvider.System);
            await doing.Doing();
        }));

    /// <summary>Runs a race to its end, and keeps what went wrong.</summary>
    internal async Task RunAsync()
    {
        try
        {
            await Race.RunAsync(this);
            IsOver = true;
        }
        catch (Exception failure)
        {
            // Whatever breaks a lane is a finding about its seed, and not the end of the others.
            Complain(failure is TimeoutException ? failure.Message : $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    /// <summary>Notes what should not have happened.</summary>
    public void Complain(string what)
    {
        lock (_trouble)
            _trouble.Add(what);
    }
}
