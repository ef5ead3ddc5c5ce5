using ReserveConnect.Database;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Racing;

/// <summary>A seed that does not hold.</summary>
/// <param name="Drawn">What it had decided.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Log">What the functions complained about.</param>
internal sealed record BrokenSeed(int Seed, IReadOnlyList<string> Drawn, IReadOnlyList<string> Wrong, IReadOnlyList<string> Log);

/// <summary>What came of a race.</summary>
/// <param name="Ends">How many intents ended how.</param>
/// <param name="Refunded">Intents whose money was taken and given back.</param>
/// <param name="BrokenInvariants">Of the whole database, after the race.</param>
/// <param name="Took">Real time.</param>
internal sealed record RaceResult(
    IRace Race,
    int Seeds,
    IReadOnlyDictionary<string, int> Ends,
    int Refunded,
    IReadOnlyList<BrokenSeed> Broken,
    IReadOnlyList<string> BrokenInvariants,
    TimeSpan Took)
{
    public bool Holds => Broken.Count == 0 && BrokenInvariants.Count == 0;
}

/// <summary>Runs a race over many seeds in one world, round by round.</summary>
internal sealed class RaceRun(TrialWorld world)
{
    /// <summary>Seeds that run at the same time.</summary>
    public const int SeedsAtOnce = 250;

    /// <summary>Runs the seeds from <paramref name="first"/> on.</summary>
    public async Task<RaceResult> RunAsync(IRace race, int first, int count, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var refunded = 0;
        var broken = new List<BrokenSeed>();
        foreach (var seeds in Enumerable.Range(first, count).Chunk(SeedsAtOnce))
        {
            var since = world.Clock.GetUtcNow();
            var round = new Round(world);
            var lanes = seeds.Select(seed => new Lane(world, round, race.Name, seed)).ToList();
            var restless = await round.RunAsync(race, lanes, cancellation);
            var evidence = await Evidence.ReadAsync(world, lanes, since, restless, cancellation);
            foreach (var lane in lanes)
            {
                var facts = evidence.Of(lane);
                foreach (var intent in facts.Intents)
                {
                    ends[intent.Status] = ends.GetValueOrDefault(intent.Status) + 1;
                    refunded += intent.Refunds.Count > 0 ? 1 : 0;
                }

                if (Wrong(race, lane, facts) is { Count: > 0 } wrong)
                    broken.Add(new BrokenSeed(lane.Seed, lane.Chance.Drawn, wrong, world.Complaints.About([.. lane.Held.Select(held => held.IntentId)])));
            }
        }

        return new RaceResult(race, count, ends, refunded, broken, await InvariantsAsync(cancellation), TimeProvider.System.GetElapsedTime(begun));
    }

    private static List<string> Wrong(IRace race, Lane lane, Facts facts)
    {
        List<string> wrong = [.. lane.Complaints, .. Verdict.Of(facts)];
        if (lane.IsOver && race.Wrong(lane, [.. facts.Intents.Select(intent => intent.Status)]) is { } unexpected)
            wrong.Add(unexpected);
        return wrong;
    }

    private async Task<IReadOnlyList<string>> InvariantsAsync(CancellationToken cancellation) =>
    [
        .. from result in await Invariants.CheckAsync(world.ConnectionString, cancellation)
           where !result.Holds
           select $"{result.Invariant.Name}: {result.Broken} rows, {string.Join("; ", result.Sample)}",
    ];
}
