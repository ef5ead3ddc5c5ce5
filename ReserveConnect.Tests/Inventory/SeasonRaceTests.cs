using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Sync;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Two pages with seasons of one room type are written at once.</summary>
public sealed class SeasonRaceTests : IAsyncLifetime
{
    private InventoryWorld _world = null!;
    private Guid _hostUnit;

    public async Task InitializeAsync()
    {
        _world = await InventoryWorld.CreateAsync();
        await _world.AddUnitAsync(nights: 1);
        _hostUnit = await _world.ScalarAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_two_writers_with_overlapping_seasons_one_wins_whole(int seed)
    {
        var random = new Random(TestSeed.Or(seed));
        for (var round = 0; round < 20; round++)
        {
            var pages = Enumerable.Range(0, 2).Select(_ => Page(random)).ToArray();

            var written = await Task.WhenAll(pages.Select(WriteAsync));

            Assert.Contains(true, written);
            var left = await _world.ScalarAsync<string>(
                "SELECT string_agg(valid_from || '/' || valid_to, ' ' ORDER BY valid_from) FROM reserve.rate_plans WHERE is_season");
            Assert.Contains(left, pages.Where((_, page) => written[page]).Select(Named));
        }
    }

    // Each of its seasons shares a day with the first of any other page.
    private static SeasonRow[] Page(Random random)
    {
        var first = new DateOnly(2026, 6, 1).AddDays(random.Next(10));
        var seasons = new[] { Season(first, first.AddDays(20)), Season(first.AddDays(21), first.AddDays(30 + random.Next(10))) };
        random.Shuffle(seasons);
        return seasons;

        SeasonRow Season(DateOnly from, DateOnly to) => new(Guid.CreateVersion7(), "", from, to, random.Next(100, 900), 0, null, null, []);
    }

    private static string Named(SeasonRow[] page) =>
        string.Join(' ', page.OrderBy(season => season.ValidFrom).Select(season => $"{season.ValidFrom:yyyy-MM-dd}/{season.ValidTo:yyyy-MM-dd}"));

    private async Task<bool> WriteAsync(SeasonRow[] page)
    {
        try
        {
            await _world.Get<ReserveDatabase>().TransactAsync(
                unit => SeasonWriter.OfUnitsAsync(unit, [new SeasonsOf(_hostUnit, 1, page)], DateTimeOffset.UnixEpoch), CancellationToken.None);
            return true;
        }
        catch (PostgresException refused) when (refused.ConstraintName == "seasons_do_not_overlap")
        {
            return false;
        }
    }
}
