using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Booking.Stays;
using ReserveConnect.Events;
using ReserveConnect.Inventory;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Booking.Stays;

public sealed class NoShowRefundTests
{
    [Theory]
    [InlineData(-22, 0)]
    [InlineData(0, 50)]
    [InlineData(119, 50)]
    [InlineData(120, 100)]
    public void The_copy_of_the_policy_says_what_goes_back(int noticeInHours, decimal expected)
    {
        var moderate = new CancellationPolicyCopy("moderate", "Moderate", [new(120, 100m), new(0, 50m)]);

        Assert.Equal(expected, NoShowRefund.Of(moderate, 100m, 100m, TimeSpan.FromHours(noticeInHours)));
    }

    [Fact]
    public void A_policy_with_a_grace_after_check_in_gives_money_back_and_half_a_cent_goes_to_the_even_one()
    {
        var gracious = new CancellationPolicyCopy("gracious", "Gracious", [new(24, 100m), new(-48, 50m)]);

        Assert.Equal(50.02m, NoShowRefund.Of(gracious, 100m, 100.05m, TimeSpan.FromHours(-22)));
        Assert.Equal(0m, NoShowRefund.Of(gracious, 100m, 100.05m, TimeSpan.FromHours(-49)));
        // It was moved when it would have given a quarter.
        Assert.Equal(25.01m, NoShowRefund.Of(gracious, 25m, 100.05m, TimeSpan.FromHours(-22)));
    }

    [Fact]
    public async Task No_policy_that_there_is_gives_anything_to_whoever_does_not_come()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var policies = (await connection.QueryAsync<(string Code, string Name, string Tiers)>("SELECT code, name, tiers::text FROM reserve.cancellation_policies")).AsList();

        Assert.Equal(["flexible", "moderate", "non_refundable", "strict"], policies.Select(policy => policy.Code).Order(StringComparer.Ordinal));
        var justAfterNoon = StayClock.Notice(new(2026, 12, 1), DateTimeOffset.Parse("2026-12-02T15:00:00Z", null), "America/Sao_Paulo");
        Assert.All(policies, policy => Assert.Equal(0m, NoShowRefund.Of(
            new(policy.Code, policy.Name, JsonSerializer.Deserialize<List<CancellationTier>>(policy.Tiers, EventJson.Options)!), 100m, 1_000m, justAfterNoon)));
    }
}
