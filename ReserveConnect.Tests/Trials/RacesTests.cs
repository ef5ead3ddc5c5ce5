using System.Globalization;
using ReserveConnect.Trials.Racing;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Trials;

/// <summary>
/// Every race over its seeds, all in one run: always the same ones, or others with <c>RESERVE_TEST_SEED</c>, and more or fewer of them with
/// <c>RACE_SEEDS</c>.
/// </summary>
[Collection(Racing.Name)]
[TakesLong]
public sealed class RacesTests(SharedRaceWorld world, ITestOutputHelper output)
{
    private const int Usual = 100;

    /// <summary>Seeds of each race.</summary>
    internal static int Seeds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("RACE_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Usual;

    public static TheoryData<string> Names => [.. RaceList.ByWorld(RaceList.All).First().Select(race => race.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whoever_is_first_the_race_has_one_end_and_the_money_follows_it(string name)
    {
        var run = await world.RunAsync();

        var race = run.Races.Single(race => race.Race.Name == name);
        Assert.Equal(Seeds, race.Seeds);
        Assert.True(race.Holds, await ReportAsync(run));
    }

    [Fact]
    public async Task When_all_races_are_run_nothing_is_wrong_that_belongs_to_no_seed()
    {
        var run = await world.RunAsync();

        output.WriteLine(await ReportAsync(run));
        Assert.True(run.Findings.Count == 0, await ReportAsync(run));
        Assert.InRange(run.Strikes, 1, run.Jumps);
    }

    [Fact]
    public async Task A_run_is_a_line_for_each_race_and_one_for_what_it_took()
    {
        var report = await ReportAsync(await world.RunAsync());

        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(world.Order.Races, race => Assert.Single(lines, line => line.StartsWith($"ok     {race.Name,-22} {Seeds} seeds: ", StringComparison.Ordinal)));
        Assert.Matches("^[0-9]+ seeds in [0-9.]+ s; [0-9.]+ ms of this process each; the clock jumped [0-9]+ times, the timers ran [0-9]+ times$", lines[^1]);
    }

    private async Task<string> ReportAsync(RunResult run)
    {
        await using var report = new StringWriter();
        await RaceReport.PrintAsync(world.Order, run, report);
        return report.ToString();
    }
}
