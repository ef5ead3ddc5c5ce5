using System.Globalization;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class FullSyncTests
{
    [Theory]
    [InlineData(null, "2026-03-02T15:00:00Z", true)] // never yet
    [InlineData("2026-03-02T06:00:00Z", "2026-03-02T15:00:00Z", false)] // at three in the morning, it is noon
    [InlineData("2026-03-02T05:59:00Z", "2026-03-02T15:00:00Z", true)] // a minute before three
    [InlineData("2026-03-01T06:01:00Z", "2026-03-02T05:59:00Z", false)] // yesterday's, and today's is not due yet
    [InlineData("2026-02-28T23:00:00Z", "2026-03-02T05:59:00Z", true)] // yesterday's was missed
    public void Everything_is_read_once_a_day_after_three_in_the_city(string? last, string now, bool due) =>
        Assert.Equal(due, FullSync.IsDue(last is null ? null : At(last), At(now), "America/Sao_Paulo", 3));

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
