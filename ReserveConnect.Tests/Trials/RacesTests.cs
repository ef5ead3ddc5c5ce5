using System.Globalization;
using ReserveConnect.Trials.Racing;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Trials;

/// <summary>Nights for every seed of every race.</summary>
public sealed class WorldOfAllRaces : RaceWorld
{
    internal override int Seeds => RaceList.All.Count * RacesTests.Seeds;
}

/// <summary>
/// Every race over its seeds: always the same ones, or others with <c>RESERVE_TEST_SEED</c>, and more of them with <c>RACE_SEEDS</c>.
/// </summary>
public sealed class RacesTests(WorldOfAllRaces world, ITestOutputHelper output) : IClassFixture<WorldOfAllRaces>
{
    private const int Usual = 60;

    /// <summary>Seeds of each race.</summary>
    internal static int Seeds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("RACE_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Usual;

    public static TheoryData<string> Names => [.. RaceList.All.Select(race => race.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whoever_is_first_the_race_has_one_end_and_the_money_follows_it(string name)
    {
        var race = RaceList.All.Single(race => race.Name == name);

        var result = await new RaceRun(world.World).RunAsync(race, TestSeed.Or(1) % 1_000_000, Seeds, CancellationToken.None);

        await using var report = new StringWriter();
        await RaceReport.PrintAsync(result, report);
        output.WriteLine(report.ToString());
        Assert.True(result.Holds, report.ToString());
    }
}
