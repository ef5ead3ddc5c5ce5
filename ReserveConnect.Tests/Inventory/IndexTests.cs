using System.Text.Json;
using ReserveConnect.Events;
using ReserveConnect.Inventory;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class IndexTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync() => _world = await InventoryWorld.CreateAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Index_and_database_give_the_same_answer_on_random_calendars(int seed)
    {
        var random = new Random(seed);
        List<Guid> units = [];
        for (var i = 0; i < 8; i++)
        {
            var property = Guid.CreateVersion7();
            for (var j = 0; j <= random.Next(3); j++)
                units.Add(await _world.AddUnitAsync(40, 100 + random.Next(400), 1 + random.Next(5), property: property));
        }

        await _world.ExecuteAsync(
            """
            SELECT setseed(@seed);
            UPDATE reserve.availability_calendar
            SET is_available = random() > 0.1,
                temp_holds = (random() < 0.1)::integer,
                price = CASE WHEN random() < 0.2 THEN NULL ELSE round((random() * 500)::numeric, 2) END,
                min_stay = 1 + (random() * 2)::integer,
                max_stay = 3 + (random() * 10)::integer,
                closed_to_arrival = random() < 0.1,
                closed_to_departure = random() < 0.1;
            DELETE FROM reserve.availability_calendar WHERE random() < 0.02;
            INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from)
            VALUES (gen_random_uuid(), 'TOURISM', 2.35, 'booking', '2026-01-01')
            """,
            new { seed = seed / 10.0 });
        var index = await _world.IndexAsync();

        for (var i = 0; i < 60; i++)
        {
            var search = InventoryWorld.Search(Today.AddDays(random.Next(42)), 1 + random.Next(9), 1 + random.Next(4), random.Next(2)) with { Limit = 100 };
            var found = index.Search(search);
            List<Quote> quotes = [];
            foreach (var unit in units)
            {
                var quote = await _world.QuoteAsync(unit, search.Dates.From, search.Dates.Nights, search.Adults, search.Children);
                if (quote.Refusal is null)
                    quotes.Add(quote.Value);
            }

            Assert.Equal(
                quotes.GroupBy(q => q.PropertyId).Select(g => (Property: g.Key, Total: g.Min(q => q.Total))).OrderBy(x => x.Total).ThenBy(x => x.Property),
                found.Hits.Select(hit => (hit.Property.Id, hit.Total)));
        }
    }

    [Fact]
    public async Task A_hold_leaves_the_search_and_a_release_brings_it_back()
    {
        var unit = await _world.AddUnitAsync();
        var search = InventoryWorld.Search(Today.AddDays(5));
        var index = await _world.IndexAsync();
        Assert.Equal(1, index.Search(search).TotalCount);

        await SetHoldsAsync(unit, 1);
        Assert.Equal(1, index.Search(search).TotalCount);
        await HandleAsync("booking.held", new { UnitId = unit, CheckIn = search.Dates.From, CheckOut = search.Dates.To });
        Assert.Equal(0, index.Search(search).TotalCount);
        Assert.Equal(1, index.Search(InventoryWorld.Search(Today.AddDays(7))).TotalCount);

        await SetHoldsAsync(unit, 0);
        await HandleAsync("booking.released", new { UnitId = unit, CheckIn = search.Dates.From, CheckOut = search.Dates.To });
        Assert.Equal(1, index.Search(search).TotalCount);

        Task SetHoldsAsync(Guid id, int holds) => _world.ExecuteAsync(
            "UPDATE reserve.availability_calendar SET temp_holds = @holds WHERE unit_id = @id AND date BETWEEN @From AND @To",
            new { id, holds, search.Dates.From, To = search.Dates.From.AddDays(1) });
    }

    [Fact]
    public async Task A_changed_catalogue_is_read_again_as_a_whole()
    {
        await _world.AddUnitAsync();
        await _world.IndexAsync();
        var index = _world.Get<AvailabilityIndex>();
        await _world.AddUnitAsync(name: "Nova");

        await HandleAsync("inventory.changed", new { CityId = InventoryWorld.Urubici, UnitIds = Array.Empty<Guid>(), Catalogue = true });
        Assert.Equal(1, (await index.GetAsync("urubici", CancellationToken.None))!.Units);

        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        await index.KeepAsync(CancellationToken.None);
        Assert.Equal(2, (await index.GetAsync("urubici", CancellationToken.None))!.Units);
    }

    [Fact]
    public async Task A_new_day_begins_with_a_new_index()
    {
        await _world.AddUnitAsync();
        Assert.Equal(Today, (await _world.IndexAsync()).FirstDay);

        _world.Clock.Advance(TimeSpan.FromDays(1));
        await _world.Get<AvailabilityIndex>().KeepAsync(CancellationToken.None);

        var index = (await _world.Get<AvailabilityIndex>().GetAsync("urubici", CancellationToken.None))!;
        Assert.Equal(Today.AddDays(1), index.FirstDay);
        Assert.Equal(1, index.Search(InventoryWorld.Search(Today.AddDays(1))).TotalCount);
    }

    [Fact]
    public async Task Before_the_new_day_is_read_nobody_is_offered_yesterday()
    {
        await _world.AddUnitAsync();
        await _world.IndexAsync();
        var window = InventoryWorld.Search(Today) with { Dates = new(Today, Today.AddDays(4), 2) };

        _world.Clock.Advance(TimeSpan.FromDays(1));

        var found = await _world.Get<StaySearches>().SearchAsync(window, CancellationToken.None);
        Assert.Equal(Today.AddDays(1), Assert.Single(found.Value.Result.Hits).CheckIn);
    }

    [Fact]
    public async Task Filters_and_pages_cut_the_result_without_gap_or_repetition()
    {
        for (var i = 0; i < 25; i++)
            await _world.AddUnitAsync(price: 100 + (i % 5), name: $"Casa {i}");
        await _world.ExecuteAsync(
            """
            UPDATE reserve.properties_map SET amenities_cached = '["fireplace", "wifi"]', rating = 4.9 WHERE name IN ('Casa 3', 'Casa 4');
            UPDATE reserve.unit_map SET amenities_cached = '["bathtub"]';
            UPDATE reserve.properties_map SET name = 'Chalé da Árvore', property_type = 'chalet' WHERE name = 'Casa 7';
            UPDATE reserve.properties_map SET latitude = -28.01, longitude = -49.59 WHERE name = 'Casa 5'
            """);
        var index = await _world.IndexAsync();
        var all = InventoryWorld.Search(Today.AddDays(2)) with { Limit = 7 };

        foreach (var sort in (SearchSort[])[SearchSort.Price, SearchSort.Rating])
        {
            List<SearchHit> pages = [];
            var seen = SeenProperties.None;
            while (seen is not null)
            {
                var page = index.Search(all with { Sort = sort, Seen = seen });
                Assert.Equal(25, page.TotalCount);
                pages.AddRange(page.Hits);
                seen = page.Next;
            }

            Assert.Equal(25, pages.Select(hit => hit.Property.Id).Distinct().Count());
            Assert.Equal(sort == SearchSort.Price ? pages.OrderBy(h => h.Total).Select(h => h.Total) : pages.OrderByDescending(h => h.Property.Rating ?? -1).ThenBy(h => h.Total).Select(h => h.Total), pages.Select(h => h.Total));
        }

        var none = CatalogueFilter.None;
        Assert.Equal(2, Count(none with { Amenities = ["wifi", "bathtub"] }));
        Assert.Equal("Chalé da Árvore", Assert.Single(index.Search(all with { Filter = none with { Text = "arvore chale" } }).Hits).Property.Name);
        Assert.Equal(1, Count(none with { PropertyTypes = ["Chalet"] }));
        Assert.Equal(0, Count(none with { Text = "%' OR 1=1 --" }));
        // What has no coordinates is on no map.
        Assert.Equal("Casa 5", Assert.Single(index.Search(all with { Filter = none with { Box = new GeoBox(-90, -180, 90, 180) } }).Hits).Property.Name);
        // 100 a night: 200, fees 80 and 10.
        Assert.Equal(5, index.Search(all with { PriceMax = 290.00m }).TotalCount);
        Assert.Equal(20, index.Search(all with { PriceMin = 290.01m }).TotalCount);

        int Count(CatalogueFilter filter) => index.Search(all with { Filter = filter }).TotalCount;
    }

    [Fact]
    public async Task Who_cannot_have_a_stay_is_offered_near_ones()
    {
        var property = Guid.CreateVersion7();
        var wanted = await _world.AddUnitAsync(property: property);
        var sibling = await _world.AddUnitAsync(price: 250, property: property);
        var other = await _world.AddUnitAsync(price: 150, name: "Outra");
        await _world.ExecuteAsync(
            "UPDATE reserve.availability_calendar SET temp_holds = 1 WHERE unit_id = @wanted AND date = @night", new { wanted, night = Today.AddDays(5) });
        await _world.IndexAsync();

        var near = await _world.Get<Availability>().NearbyAlternativesAsync(
            new StayRequest(wanted, Today.AddDays(5), Today.AddDays(7), 2, 0), CancellationToken.None);

        Assert.Equal(
            [("other_dates", wanted, 6), ("other_dates", wanted, 7), ("other_dates", wanted, 3), ("other_unit", sibling, 5), ("other_property", other, 5)],
            near.Select(a => (a.Kind, a.UnitId, a.CheckIn.DayNumber - Today.DayNumber)).Take(5));
    }

    private Task HandleAsync(string type, object payload)
    {
        var handler = new IndexRefresher(_world.Get<AvailabilityIndex>(), Microsoft.Extensions.Options.Options.Create(new InventoryOptions()));
        return handler.RefreshAsync(type, JsonSerializer.SerializeToElement(payload, EventJson.Options), CancellationToken.None);
    }
}
