using ReserveConnect.Inventory;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class QuoteTests : IAsyncLifetime
{
    private static readonly DateOnly Today = InventoryWorld.Today;
    private InventoryWorld _world = null!;
    private Guid _unit;

    public async Task InitializeAsync()
    {
        _world = await InventoryWorld.CreateAsync();
        _unit = await _world.AddUnitAsync(nights: 60);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_stay_is_quoted_with_every_night_and_line()
    {
        var quote = (await _world.QuoteAsync(_unit, Today.AddDays(3), nights: 2, adults: 2, children: 1)).Value;

        Assert.Equal([Today.AddDays(3), Today.AddDays(4)], quote.Nights.Select(n => n.Date));
        Assert.All(quote.Nights, night => Assert.Equal((300m, 350m), (night.Price, night.Amount)));
        Assert.Equal((700m, 0m, 80m, 35m, 0m, 815m), (quote.BasePrice, quote.Discount, quote.CleaningFee, quote.ServiceFee, quote.Taxes, quote.Total));
        Assert.Equal("moderate", quote.CancellationPolicy.Code);
        Assert.Equal([120, 0], quote.CancellationPolicy.Tiers.Select(t => t.HoursBeforeCheckIn));
        Assert.Equal("BRL", quote.Currency);
    }

    [Fact]
    public async Task A_night_without_a_price_costs_the_rate_plans()
    {
        await SetAsync("price = NULL", 3);

        var quote = (await _world.QuoteAsync(_unit, Today.AddDays(3))).Value;

        Assert.Equal([200m, 300m], quote.Nights.Select(n => n.Price));
    }

    [Fact]
    public async Task A_city_s_own_tax_on_bookings_beats_the_general_one()
    {
        await _world.ExecuteAsync(
            """
            INSERT INTO reserve.tax_rules (id, city_id, tax_type, rate, applies_to, effective_from, effective_to)
            VALUES (gen_random_uuid(), NULL, 'TOURISM', 9, 'booking', '2026-01-01', NULL),
                   (gen_random_uuid(), @Urubici, 'TOURISM', 2, 'booking', '2026-01-01', NULL),
                   (gen_random_uuid(), @Urubici, 'OLD', 5, 'booking', '2025-01-01', '2026-03-01')
            """,
            new { InventoryWorld.Urubici });

        var quote = (await _world.QuoteAsync(_unit, Today.AddDays(3))).Value;

        Assert.Equal(12m, quote.Taxes);
        Assert.Equal(["accommodation", "cleaning_fee", "service_fee", "tax_tourism"], quote.Lines.Select(l => l.Code));
    }

    [Theory]
    [InlineData(3, 3, 2, 0, "check_out_not_after_check_in", RefusalKind.Malformed)]
    [InlineData(3, 2, 2, 0, "check_out_not_after_check_in", RefusalKind.Malformed)]
    [InlineData(-1, 2, 2, 0, "dates_in_past", RefusalKind.Unprocessable)]
    [InlineData(1, 367, 2, 0, "stay_too_long", RefusalKind.Unprocessable)]
    [InlineData(3, 5, 0, 2, "guests_invalid", RefusalKind.Unprocessable)]
    [InlineData(3, 5, 2, -1, "guests_invalid", RefusalKind.Unprocessable)]
    [InlineData(3, 5, 3, 2, "too_many_guests", RefusalKind.Unprocessable)]
    [InlineData(3, 5, int.MaxValue, int.MaxValue, "too_many_guests", RefusalKind.Unprocessable)]
    [InlineData(59, 61, 2, 0, "beyond_calendar", RefusalKind.Unprocessable)]
    [InlineData(300, 302, 2, 0, "beyond_calendar", RefusalKind.Unprocessable)]
    [InlineData(3, 40, 2, 0, "maximum_stay", RefusalKind.Unprocessable)]
    public async Task What_cannot_be_is_refused_with_its_code(int checkIn, int checkOut, int adults, int children, string code, RefusalKind kind)
    {
        var refusal = (await _world.Get<Availability>().QuoteAsync(
            new StayRequest(_unit, Today.AddDays(checkIn), Today.AddDays(checkOut), adults, children), CancellationToken.None)).Refusal;

        Assert.Equal((code, kind), (refusal?.Code, refusal?.Kind));
    }

    [Fact]
    public async Task The_last_night_of_the_calendar_is_sold_without_the_day_after_it() =>
        Assert.Null((await _world.QuoteAsync(_unit, Today.AddDays(59), nights: 1)).Refusal);

    [Fact]
    public async Task Today_is_the_city_s_today_not_that_of_Greenwich()
    {
        // 23:30 in Urubici, where it is still the second of March; in Greenwich it is the third.
        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 3, 2, 30, 0, TimeSpan.Zero));

        Assert.Null((await _world.QuoteAsync(_unit, Today)).Refusal);
        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 3, 3, 3, 0, 1, TimeSpan.Zero));
        Assert.Equal("dates_in_past", (await _world.QuoteAsync(_unit, Today)).Refusal?.Code);
    }

    [Theory]
    [InlineData("is_available = false")]
    [InlineData("temp_holds = 1")]
    [InlineData("bookings_count = 1")]
    [InlineData("allotment = 0")]
    public async Task Nights_that_cannot_be_had_are_named(string change)
    {
        await SetAsync(change, 4);

        var refusal = (await _world.QuoteAsync(_unit, Today.AddDays(3), nights: 3)).Refusal!;

        Assert.Equal(("not_available", RefusalKind.Conflict), (refusal.Code, refusal.Kind));
        Assert.Equal(["2026-03-06"], Assert.IsType<List<string>>(refusal.Extensions!["nights"]));
    }

    [Theory]
    [InlineData("min_stay = 3", 3, "minimum_stay")]
    [InlineData("max_stay = 1", 3, "maximum_stay")]
    [InlineData("closed_to_arrival = true", 3, "closed_to_arrival")]
    [InlineData("closed_to_departure = true", 5, "closed_to_departure")]
    [InlineData("min_stay = 3", 4, null)] // only the night of arrival rules
    [InlineData("closed_to_arrival = true", 4, null)]
    [InlineData("closed_to_departure = true", 4, null)]
    [InlineData("is_available = false", 5, null)] // the day of departure is not slept in
    public async Task Restrictions_are_those_of_arrival_and_departure(string change, int day, string? code)
    {
        await SetAsync(change, day);

        Assert.Equal(code, (await _world.QuoteAsync(_unit, Today.AddDays(3))).Refusal?.Code);
    }

    [Theory]
    [InlineData("UPDATE reserve.unit_map SET is_active = false")]
    [InlineData("UPDATE reserve.properties_map SET is_active = false")]
    [InlineData("UPDATE reserve.properties_map SET is_published = false")]
    [InlineData("UPDATE reserve.cities SET is_active = false")]
    public async Task What_is_no_longer_sold_is_unknown(string change)
    {
        await _world.ExecuteAsync(change);

        Assert.Equal("unit_not_found", (await _world.QuoteAsync(_unit, Today.AddDays(3))).Refusal?.Code);
        Assert.Equal("unit_not_found", (await _world.Get<CalendarMonths>().GetAsync(_unit, Today, CancellationToken.None)).Refusal?.Code);
    }

    [Fact]
    public async Task A_stay_without_any_price_is_not_sold()
    {
        await _world.ExecuteAsync("UPDATE reserve.rate_plans SET base_price = 0, cleaning_fee = 0");
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET price = NULL");

        Assert.Equal("no_price", (await _world.QuoteAsync(_unit, Today.AddDays(3))).Refusal?.Code);
    }

    [Fact]
    public async Task A_month_shows_each_night_with_its_price()
    {
        await SetAsync("temp_holds = 1, price = NULL", 8);

        var month = (await _world.Get<CalendarMonths>().GetAsync(_unit, new DateOnly(2026, 3, 1), CancellationToken.None)).Value;

        Assert.Equal(30, month.Nights.Count);
        Assert.Equal(Today, month.Nights[0].Date);
        Assert.Equal((false, 200m), (month.Nights[8].IsAvailable, month.Nights[8].Price));
        Assert.Equal((true, 300m), (month.Nights[9].IsAvailable, month.Nights[9].Price));
    }

    private Task SetAsync(string change, int day) => _world.ExecuteAsync(
        $"UPDATE reserve.availability_calendar SET {change} WHERE unit_id = @unit AND date = @date",
        new { unit = _unit, date = Today.AddDays(day) });
}
