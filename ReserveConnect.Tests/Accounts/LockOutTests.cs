using FsCheck;
using FsCheck.Xunit;
using ReserveConnect.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class LockOutTests
{
    private static readonly AccountOptions Options = new();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(11, 1920)]
    [InlineData(12, 3600)]
    [InlineData(2_000_000_000, 3600)]
    public void The_wait_doubles_from_half_a_minute_to_an_hour(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LockOut.After(failures, Options));

    [Property]
    public bool A_further_failure_never_shortens_the_wait(PositiveInt failures) =>
        LockOut.After(failures.Get, Options) <= LockOut.After(failures.Get + 1, Options);

    [Property]
    public bool No_wait_is_longer_than_the_longest(PositiveInt failures) =>
        LockOut.After(failures.Get, Options) >= TimeSpan.Zero && LockOut.After(failures.Get, Options) <= Options.LongestLock;
}
