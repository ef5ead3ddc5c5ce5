using Microsoft.DurableTask;
using ReserveConnect.Functions.Inventory;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>What staff read of a sync that failed, whichever way the engine tells of the failure.</summary>
public sealed class SyncReasonTests
{
    [Theory]
    [InlineData("ReserveConnect.Inventory.Sync.HostSyncException", "the Host refused with 403 unauthorized", "the Host refused with 403 unauthorized")]
    [InlineData("(unknown)", "the Host refused with 403 unauthorized", "the Host refused with 403 unauthorized")]
    [InlineData("Npgsql.PostgresException", "password of user x is wrong", "a step failed: Npgsql.PostgresException")]
    public void The_hosts_part_is_told_and_nothing_else(string type, string message, string expected) =>
        Assert.Equal(expected, HostSyncActivities.Reason(new TaskFailedException("host_sync_page", 1, Details(type, message))));

    [Fact]
    public void What_the_failure_of_an_activity_wraps_is_told() =>
        Assert.Equal(
            "the Host gave no answer (time-out)",
            HostSyncActivities.Reason(new TaskFailedException(
                "host_sync_page", 1, new TaskFailureDetails("System.AggregateException", "one or more", null, Details("(unknown)", "the Host gave no answer (time-out)"), null))));

    [Fact]
    public void The_type_that_is_looked_for_is_the_one_that_is_thrown() =>
        Assert.Equal("ReserveConnect.Inventory.Sync.HostSyncException", typeof(HostSyncException).FullName);

    private static TaskFailureDetails Details(string type, string message) => new(type, message, null, null, null);
}
