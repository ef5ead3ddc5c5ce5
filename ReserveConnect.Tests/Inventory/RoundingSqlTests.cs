using ReserveConnect.Tests.Database;
using Dapper;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>money.md: half to even, once; in SQL by a function of its own.</summary>
public sealed class RoundingSqlTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task A_half_goes_to_the_even_cent()
    {
        var random = new Random(1);
        decimal[] amounts =
        [
            0, 0.005m, 0.015m, 0.025m, 1.005m, 2.675m, 0.0050001m, 0.0149999m, -0.005m, -0.015m, -1.245m, 99_999_999.985m, 9_999_999_999_999.995m,
            .. Enumerable.Range(0, 500).Select(_ => random.Next(1_000_000) / 1_000m),
            .. Enumerable.Range(0, 500).Select(_ => (random.NextInt64(1_000_000_000_000) - 500_000_000_000) / 1_000_000m),
        ];
        await using var connection = await database.Database.OpenAsync(CancellationToken.None);

        var rounded = await connection.QueryAsync<decimal>(
            "SELECT reserve.round_half_even(amount) FROM unnest(@amounts) WITH ORDINALITY AS a (amount, place) ORDER BY place", new { amounts });

        Assert.Equal(amounts.Select(amount => decimal.Round(amount, 2, MidpointRounding.ToEven)), rounded);
    }
}
