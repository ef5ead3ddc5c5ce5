using ReserveConnect.Launcher.Commands;
using ReserveConnect.Trials.Replay;
using Xunit;

namespace ReserveConnect.Tests.Trials;

public sealed class ReplayOptionsTests
{
    [Fact]
    public void It_says_which_file_and_how()
    {
        Assert.Equal(new("bookings.csv", null, 1, 24, null), ReplayOptions.Parse(["bookings.csv"]));
        Assert.Equal(
            new("bookings.csv", 200, 42, 16, "report.json"),
            ReplayOptions.Parse(["--rows", "200", "bookings.csv", "--seed", "42", "--guests", "16", "--json", "report.json"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--rows 10")]
    [InlineData("bookings.csv others.csv")]
    [InlineData("bookings.csv --rows 0")]
    [InlineData("bookings.csv --rows many")]
    [InlineData("bookings.csv --seed -1")]
    [InlineData("bookings.csv --guests 0")]
    [InlineData("bookings.csv --guests 101")]
    [InlineData("bookings.csv --json")]
    [InlineData("bookings.csv --faster")]
    [InlineData("--faster")]
    public void What_cannot_be_meant_is_told(string arguments) =>
        Assert.Throws<UsageException>(() => ReplayOptions.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
