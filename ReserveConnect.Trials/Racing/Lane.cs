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

    public Lane(TrialWorld world, Round round, string race, int seed)
    {
        (_world, _round, Seed) = (world, round, seed);
        Chance = new Chance(race, seed);
        Guests = new GuestDesk(world, Complain);
        Trouble = new Trouble(world);
    }

    public int Seed { get; }

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

    /// <summary>Whether the lane itself came to its end.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What a race notes for its own last word; null: nothing.</summary>
    public bool IsPaid { get; set; }

    /// <summary>Takes the nights and holds them for the one of <paramref name="guests"/> that is the fastest.</summary>
    public async Task<Held> HoldAsync(int nights, bool singleRoom, int guests = 1)
    {
        Stay ??= _world.Nights.Take(nights, singleRoom);
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
    internal async Task RunAsync(IRace race)
    {
        try
        {
            await race.RunAsync(this);
            IsOver = true;
        }
        catch (Exception failure)
        {
            // Whatever breaks a lane is a finding about its seed, and not the end of the others.
            Complain(failure is TimeoutException ? failure.Message : $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n')[0].Trim()}");
        }
    }

    private void Complain(string what)
    {
        lock (_trouble)
            _trouble.Add(what);
    }
}
