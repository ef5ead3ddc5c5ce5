using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>An index that is brought up to date piece by piece says what one says that was read as a whole.</summary>
public sealed class IndexChangeTests : IAsyncLifetime
{
    private const int Nights = 60;
    private static readonly DateOnly Today = InventoryWorld.Today;
    private readonly Guid[] _properties = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];
    private readonly List<Guid> _units = [];
    private InventoryWorld _world = null!;

    public async Task InitializeAsync() => _world = await InventoryWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_changes_followed_come_to_the_same_as_reading_anew(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
            await AddAsync(random);
        var followed = _world.Get<AvailabilityIndex>();
        await followed.BuildAllAsync(CancellationToken.None);
        var refresher = new IndexRefresher(followed, Options.Create(new InventoryOptions { IndexNightsPerEvent = 300 }));

        for (var step = 0; step < 60; step++)
        {
            var (type, payload) = await ChangeAsync(random);
            await refresher.RefreshAsync(type, JsonSerializer.SerializeToElement(payload, EventJson.Options), CancellationToken.None);
            _world.Clock.Advance(TimeSpan.FromSeconds(5));
            await followed.KeepAsync(CancellationToken.None);
            if (step % 4 != 3)
                continue;

            using var anew = new AvailabilityIndex(
                _world.Get<ReserveDatabase>(), _world.Clock, Options.Create(new InventoryOptions()), NullLogger<AvailabilityIndex>.Instance);
            var (one, other) = (await followed.GetAsync("urubici", CancellationToken.None), await anew.GetAsync("urubici", CancellationToken.None));
            for (var i = 0; i < 10; i++)
            {
                var search = InventoryWorld.Search(Today.AddDays(random.Next(Nights)), 1 + random.Next(5), 1 + random.Next(4))
                    with { Limit = 100, WithFacets = true, WithNearFits = true };
                Assert.Equal(JsonSerializer.Serialize(other!.Search(search)), JsonSerializer.Serialize(one!.Search(search)));
            }
        }
    }

    private async Task<(string Type, object Payload)> ChangeAsync(Random random)
    {
        var unit = _units[random.Next(_units.Count)];
        var (from, to) = (Today.AddDays(random.Next(Nights)), Today.AddDays(random.Next(1, 8)));
        to = from.AddDays(to.DayNumber - Today.DayNumber);
        switch (random.Next(7))
        {
            case 0:
                await _world.ExecuteAsync(
                    "UPDATE reserve.availability_calendar SET temp_holds = 1 - temp_holds WHERE unit_id = @unit AND date >= @from AND date < @to",
                    new { unit, from, to });
                return ("booking.held", new { UnitId = unit, CheckIn = from, CheckOut = to });
            case 1:
                await _world.ExecuteAsync("UPDATE reserve.rate_plans SET base_price = @Price WHERE unit_id = @unit", new { unit, Price = random.Next(50, 500) });
                return Catalogue();
            case 2:
                await _world.ExecuteAsync("UPDATE reserve.unit_map SET is_active = NOT is_active WHERE id = @unit", new { unit });
                return Catalogue();
            case 3:
                await AddAsync(random);
                return Catalogue();
            default:
                var some = _units.Where(_ => random.Next(3) == 0).Append(unit).ToArray();
                await _world.ExecuteAsync(
                    """
                    UPDATE reserve.availability_calendar
                    SET price = CASE WHEN @Price < 100 THEN NULL ELSE @Price END, min_stay = @MinStay, is_available = @IsOpen, closed_to_arrival = @Closed
                    WHERE unit_id = ANY(@some) AND date >= @from AND date < @to
                    """,
                    new { some, from, to, Price = random.Next(400), MinStay = random.Next(1, 4), IsOpen = random.Next(3) > 0, Closed = random.Next(5) == 0 });
                return (InventoryChanged(), new { CityId = InventoryWorld.Urubici, UnitIds = some, From = from, To = to, Catalogue = false });
        }

        static (string, object) Catalogue() =>
            (InventoryChanged(), new { CityId = InventoryWorld.Urubici, UnitIds = Array.Empty<Guid>(), Catalogue = true });
    }

    private static string InventoryChanged() => ReserveConnect.Inventory.Sync.InventoryChanged.EventType;

    private async Task AddAsync(Random random) =>
        _units.Add(await _world.AddUnitAsync(Nights, 100 + random.Next(400), 1 + random.Next(5), property: _properties[random.Next(_properties.Length)]));
}
