using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>Which seeds of which races.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many of each race.</param>
/// <param name="Times">How often each, at the same time.</param>
internal sealed record RunOrder(IReadOnlyList<IRace> Races, int First, int Seeds, int Times = 1);

/// <summary>
/// Runs races over many seeds in one world, batch by batch: the same seeds of all races together. Each batch is two rounds, of the seeds
/// whose cards are taken at once and of those whose cards are only reserved at first.
/// </summary>
internal sealed class RaceRun(TrialWorld world)
{
    /// <summary>Lanes that run at the same time.</summary>
    public const int LanesAtOnce = 400;

    private readonly Dictionary<IRace, Tally> _tallies = [];
    private readonly List<string> _findings = [];
    private int _jumps;
    private int _strikes;

    /// <summary>Seeds of a batch of so many races.</summary>
    public static int SeedsOfBatch(int races, int times) => 2 * Math.Max(1, LanesAtOnce / (races * times));

    /// <summary>Runs them.</summary>
    public async Task<RunResult> RunAsync(RunOrder order, CancellationToken cancellation)
    {
        var (begun, processor) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        foreach (var race in order.Races)
            _tallies[race] = new Tally(race);
        foreach (var seeds in Enumerable.Range(order.First, order.Seeds).Chunk(SeedsOfBatch(order.Races.Count, order.Times)))
        {
            var batchAt = world.Clock.GetUtcNow();
            foreach (var alike in seeds.GroupBy(Lane.WillCaptureLater).OrderBy(group => group.Key))
            {
                var place = new Place(world.Clock.GetUtcNow(), seeds[0], seeds.Length, batchAt);
                await RunRoundAsync(order, [.. alike], place, cancellation);
            }
        }

        _findings.AddRange(await InvariantsAsync(cancellation));
        return new RunResult(
            [.. order.Races.Select(race => _tallies[race].Result())],
            [.. _findings],
            TimeProvider.System.GetElapsedTime(begun),
            Environment.CpuUsage.TotalTime - processor,
            _jumps,
            _strikes);
    }

    private async Task RunRoundAsync(RunOrder order, IReadOnlyList<int> seeds, Place place, CancellationToken cancellation)
    {
        // Read at every opening of a payment; nobody opens one between rounds.
        world.Services.GetRequiredService<IOptions<PaymentOptions>>().Value.CardCapture =
            Lane.WillCaptureLater(seeds[0]) ? CardCapture.AfterHostCommit : CardCapture.Automatic;
        var round = new Round(world);
        List<Lane> lanes =
        [
            .. from seed in seeds
               from race in order.Races
               from time in Enumerable.Range(0, order.Times)
               select new Lane(world, round, race, seed),
        ];
        var restless = await round.RunAsync(lanes, cancellation);
        _jumps += round.Jumps;
        _strikes += round.Strikes;
        var evidence = await Evidence.ReadAsync(world, lanes, place.At, restless, cancellation);
        _findings.AddRange(evidence.Strays.Select(stray => $"seeds {place.First} to {place.First + place.Count - 1}: {stray}"));
        _findings.AddRange(world.Complaints.TakeErrors().Where(error => !IsProvoked(error)).Select(error => $"logged: {error.Line}"));
        foreach (var lane in lanes)
        {
            var facts = evidence.Of(lane);
            _tallies[lane.Race].Add(lane, facts, Wrong(lane, facts), place, world.Complaints.About([.. lane.Held.Select(held => held.IntentId)]));
        }

        world.ForgetTrouble();
    }

    // What the functions are right to call an error, for a person should know, and the races provoke: refunds that fail, and reports that
    // are looked at again because the provider is silent.
    private static bool IsProvoked(LoggedError error) =>
        error.Template.StartsWith("Refund {RefundId} failed", StringComparison.Ordinal) || error.Exception == typeof(ProviderSilentException);

    private static List<string> Wrong(Lane lane, Facts facts)
    {
        List<string> wrong = [.. lane.Complaints, .. Verdict.Of(facts)];
        if (lane.IsOver && lane.Race.Wrong(lane, facts) is { } unexpected)
            wrong.Add(unexpected);
        return wrong;
    }

    private async Task<IReadOnlyList<string>> InvariantsAsync(CancellationToken cancellation) =>
    [
        .. from result in await Invariants.CheckAsync(world.ConnectionString, cancellation)
           where !result.Holds
           select $"invariant {result.Invariant.Name}: {result.Broken} rows, {string.Join("; ", result.Sample)}",
    ];

    /// <summary>Counts what comes of a race.</summary>
    private sealed class Tally(IRace race)
    {
        private readonly SortedDictionary<string, int> _ends = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, int> _met = new(StringComparer.Ordinal);
        private readonly List<BrokenSeed> _broken = [];
        private int _seeds;
        private int _refunded;

        public void Add(Lane lane, Facts facts, IReadOnlyList<string> wrong, Place place, IReadOnlyList<string> log)
        {
            _seeds++;
            foreach (var intent in facts.Intents)
                Count(_ends, intent.Status);
            _refunded += facts.Intents.Count(intent => intent.Refunds.Count > 0);
            // A lane that broke off may lack what its race looks for.
            foreach (var what in lane.IsOver ? lane.WasMet.Concat(race.Seen(lane, facts)).Distinct() : lane.WasMet)
                Count(_met, what);
            if (wrong.Count > 0)
                _broken.Add(new BrokenSeed(lane.Seed, place, lane.Chance.Drawn, lane.InWords, wrong, log));
        }

        public RaceResult Result() => new(race, _seeds, _ends, _refunded, _met, _broken);

        private static void Count(SortedDictionary<string, int> counts, string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
    }
}
