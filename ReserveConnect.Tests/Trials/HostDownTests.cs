using ReserveConnect.Trials.Racing;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Trials;

/// <summary>The race that needs a world of its own, because its faults meet all who are on their way.</summary>
public sealed class HostDownTests(WorldWithoutHost world, ITestOutputHelper output) : IClassFixture<WorldWithoutHost>
{
    [Fact]
    public async Task Who_has_paid_while_the_host_is_down_is_booked_once_or_gets_the_money_back()
    {
        var run = await world.RunAsync();

        await using var report = new StringWriter();
        await RaceReport.PrintAsync(world.Order, run, report);
        output.WriteLine(report.ToString());
        Assert.True(run.Holds, report.ToString());
        Assert.True(Assert.Single(run.Races).Met.GetValueOrDefault("waited, and booked") > 0, report.ToString());
    }
}
