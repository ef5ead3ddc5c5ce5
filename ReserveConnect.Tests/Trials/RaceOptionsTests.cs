using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Database;
using ReserveConnect.Trials;
using ReserveConnect.Trials.Racing;
using Xunit;

namespace ReserveConnect.Tests.Trials;

public sealed class RaceOptionsTests
{
    [Theory]
    [InlineData("", 9, 1, 1000, 1)]
    [InlineData("--seeds 200", 9, 1, 200, 1)]
    [InlineData("--seed 42", 9, 42, 1, 1)]
    [InlineData("--seeds 10 --seed 42", 9, 42, 10, 1)]
    [InlineData("--race paid-twice --seed 7", 1, 7, 1, 1)]
    [InlineData("--race paid-twice --seed 7 --times 50", 1, 7, 1, 50)]
    public void It_says_which_races_and_which_seeds(string arguments, int races, int first, int seeds, int times)
    {
        var order = RaceOptions.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order;

        Assert.Equal((races, first, seeds, times), (order.Races.Count, order.First, order.Seeds, order.Times));
    }

    [Fact]
    public void It_says_when_the_clock_begins()
    {
        Assert.Equal(new DateTimeOffset(2027, 3, 1, 9, 30, 0, TimeSpan.Zero), RaceOptions.Parse(["--at", "2027-03-01T09:30:00Z"]).At);
        Assert.Null(RaceOptions.Parse([]).At);
    }

    [Theory]
    [InlineData("--seeds 0")]
    [InlineData("--seeds 5001")]
    [InlineData("--seeds 3000 --times 2")]
    [InlineData("--times 0")]
    [InlineData("--at yesterday")]
    [InlineData("--seeds many")]
    [InlineData("--seed -1")]
    [InlineData("--race horses")]
    [InlineData("--seed")]
    [InlineData("faster")]
    public void What_cannot_be_meant_is_told(string arguments) =>
        Assert.Throws<UsageException>(() => RaceOptions.Parse(arguments.Split(' ')));

    [Fact]
    public void Every_race_has_its_section_in_the_page()
    {
        var page = File.ReadAllText(Path.Combine(TestFolders.Root, "docs", "races.md"));

        Assert.All(RaceList.All, race => Assert.Contains($"`{race.Name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_seed_decides_the_same_again_and_another_seed_or_race_something_else()
    {
        static string Drawn(string race, int seed)
        {
            var chance = new Chance(race, seed);
            for (var i = 0; i < 20; i++)
            {
                chance.From("number", 0, 1_000);
            }

            return string.Join(' ', chance.Drawn);
        }

        Assert.Equal(Drawn("paid-twice", 5), Drawn("paid-twice", 5));
        Assert.NotEqual(Drawn("paid-twice", 5), Drawn("paid-twice", 6));
        Assert.NotEqual(Drawn("paid-twice", 5), Drawn("all-at-once", 5));
    }
}
