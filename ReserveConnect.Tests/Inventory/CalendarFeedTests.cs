using Ical.Net;
using ReserveConnect.Inventory.Feeds;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>Which nights are in a property's calendar.</summary>
public sealed class CalendarFeedTests : IAsyncLifetime
{
    private const string Token = "secret";
    private static readonly DateOnly Today = InventoryWorld.Today;
    private static readonly Guid Property = Guid.CreateVersion7();
    private InventoryWorld _world = null!;
    private Guid _unit;

    public async Task InitializeAsync()
    {
        _world = await InventoryWorld.CreateAsync();
        _unit = await _world.AddUnitAsync(nights: 30, property: Property);
        await _world.ExecuteAsync(
            """
            INSERT INTO reserve.property_calendar_links (property_id, token_hash, token_sealed, made_at, made_by)
            VALUES (@Property, @Hash, '', now(), 'test')
            """,
            new { Property, Hash = CalendarToken.HashOf(Token) });
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Booked_and_closed_nights_are_ranges_of_their_own_and_free_ones_are_not_there()
    {
        await SetAsync("bookings_count = 1", 3, 5);
        await SetAsync("is_available = false", 6, 8);
        await SetAsync("temp_holds = 1", 20, 20);
        await SetAsync("allotment = 2, bookings_count = 1", 25, 26);

        Assert.Equal(
            ["Quarto: reserved 03-05 03-08", "Quarto: not available 03-08 03-11", "Quarto: not available 03-22 03-23"],
            await EventsAsync());
    }

    [Fact]
    public async Task Each_unit_has_its_own_events()
    {
        var other = await _world.AddUnitAsync(nights: 30, property: Property);
        await SetAsync("bookings_count = 1", 3, 4);
        await _world.ExecuteAsync("UPDATE reserve.unit_map SET name = 'Suíte' WHERE id = @other", new { other });
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET bookings_count = 1 WHERE unit_id = @other AND date = @date", new { other, date = Today.AddDays(4) });
        await _world.AddUnitAsync(nights: 30);

        Assert.Equal(["Quarto: reserved 03-05 03-07", "Suíte: reserved 03-06 03-07"], await EventsAsync());
    }

    [Fact]
    public async Task A_range_keeps_its_id_when_days_pass_and_when_it_gets_longer()
    {
        await SetAsync("is_available = false", 0, 9);
        var before = Assert.Single(Calendar.Load(await TextAsync())!.Events);

        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 6, 15, 0, 0, TimeSpan.Zero));
        await SetAsync("is_available = false", 10, 12);

        var after = Assert.Single(Calendar.Load(await TextAsync())!.Events);
        Assert.Equal((before.Uid, before.Start), (after.Uid, after.Start));
        Assert.True(after.End!.Date > before.End!.Date);
    }

    [Fact]
    public async Task A_range_that_gets_shorter_is_newer_than_it_was()
    {
        await ChangedAsync(new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        await SetAsync("bookings_count = 1, updated_at = '2026-03-02 09:00Z'", 3, 4);
        await SetAsync("bookings_count = 1, updated_at = '2026-03-02 10:00Z'", 5, 7);
        var before = Assert.Single(Calendar.Load(await TextAsync())!.Events);

        await SetAsync("bookings_count = 0, updated_at = '2026-03-02 11:00Z'", 5, 7);

        var after = Assert.Single(Calendar.Load(await TextAsync())!.Events);
        Assert.Equal((before.Uid, Today.AddDays(5)), (after.Uid, DateOnly.FromDateTime(after.End!.Value)));
        Assert.Equal(new DateTime(2026, 3, 2, 10, 0, 0), before.LastModified!.Value);
        Assert.Equal(new DateTime(2026, 3, 2, 11, 0, 0), after.LastModified!.Value);
        Assert.Equal(after.LastModified.Value, after.DtStamp!.Value);
    }

    [Fact]
    public async Task A_unit_with_another_name_has_newer_events()
    {
        await ChangedAsync(new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        await SetAsync("bookings_count = 1", 3, 4);

        await _world.ExecuteAsync("UPDATE reserve.unit_map SET name = 'Suíte', updated_at = '2026-03-02 11:00Z' WHERE id = @_unit", new { _unit });

        var renamed = Assert.Single(Calendar.Load(await TextAsync())!.Events);
        Assert.Equal(("Suíte: reserved", new DateTime(2026, 3, 2, 11, 0, 0)), (renamed.Summary, renamed.LastModified!.Value));
    }

    [Theory]
    [InlineData("true", 609)]
    [InlineData("date <> '2024-12-01'", 455)] // closed again on the second of December
    public async Task What_has_been_closed_for_longer_than_is_looked_at_keeps_its_id(string closed, int daysAgo)
    {
        await _world.ExecuteAsync(
            $"""
            INSERT INTO reserve.availability_calendar (unit_id, date, allotment, is_available)
            SELECT @_unit, date::date, 1, NOT ({closed})
            FROM generate_series(@Today - 609, @Today - 1, interval '1 day') AS date
            """,
            new { _unit, Today });
        await SetAsync("is_available = false", 0, 5);
        var before = Assert.Single(Calendar.Load(await TextAsync())!.Events);

        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 6, 15, 0, 0, TimeSpan.Zero));

        var after = Assert.Single(Calendar.Load(await TextAsync())!.Events);
        Assert.Equal(Today.AddDays(-daysAgo), DateOnly.FromDateTime(before.Start!.Value));
        Assert.Equal((before.Uid, before.Start), (after.Uid, after.Start));
    }

    [Fact]
    public async Task The_same_nights_are_the_same_text_whenever_they_are_read()
    {
        await ChangedAsync(new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        await SetAsync("bookings_count = 1", 3, 4);
        var text = await TextAsync();

        // The application's clock; a library that asks the machine's says today.
        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 4, 20, 0, 0, TimeSpan.Zero));

        Assert.Equal(text, await TextAsync());
        Assert.DoesNotContain(TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'", System.Globalization.CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_over_is_left_out_and_the_night_of_today_is_not()
    {
        await SetAsync("bookings_count = 1", 0, 1);
        await SetAsync("bookings_count = 1", 3, 4);
        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 6, 15, 0, 0, TimeSpan.Zero));

        Assert.Equal(["Quarto: reserved 03-05 03-07"], await EventsAsync());
    }

    [Fact]
    public async Task What_is_booked_stays_in_the_calendar_of_a_property_that_is_not_sold_any_more()
    {
        await SetAsync("bookings_count = 1", 3, 3);
        await _world.ExecuteAsync("UPDATE reserve.unit_map SET is_active = false; UPDATE reserve.properties_map SET is_active = false, is_published = false");

        Assert.Equal(["Quarto: reserved 03-05 03-06"], await EventsAsync());
    }

    [Theory]
    [InlineData("p-unknown", Token)]
    [InlineData(null, "Secret")]
    [InlineData(null, "")]
    [InlineData(null, null)]
    public async Task Without_the_token_or_the_property_there_is_no_calendar(string? slug, string? token) =>
        Assert.Equal("calendar_not_found", (await FeedAsync(slug ?? $"p-{Property}", token)).Refusal?.Code);

    [Fact]
    public async Task A_property_without_an_address_has_no_token_that_fits()
    {
        await _world.ExecuteAsync("DELETE FROM reserve.property_calendar_links");

        Assert.Equal("calendar_not_found", (await FeedAsync($"p-{Property}", Token)).Refusal?.Code);
        Assert.Equal("calendar_not_found", (await FeedAsync($"p-{Property}", null)).Refusal?.Code);
    }

    private async Task<List<string>> EventsAsync() =>
        [.. Calendar.Load(await TextAsync())!.Events.Select(e => $"{e.Summary} {e.Start!.Date:MM-dd} {e.End!.Date:MM-dd}")];

    private async Task<string> TextAsync() => (await FeedAsync($"p-{Property}", Token)).Value;

    private Task<Outcome<string>> FeedAsync(string slug, string? token) => _world.Get<CalendarFeeds>().GetAsync(slug, token, CancellationToken.None);

    private Task ChangedAsync(DateTimeOffset at) => _world.ExecuteAsync(
        "UPDATE reserve.availability_calendar SET updated_at = @at; UPDATE reserve.unit_map SET updated_at = @at", new { at });

    private Task SetAsync(string change, int first, int last) => _world.ExecuteAsync(
        $"UPDATE reserve.availability_calendar SET {change} WHERE unit_id = @_unit AND date BETWEEN @first AND @last",
        new { _unit, first = Today.AddDays(first), last = Today.AddDays(last) });
}
