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
        Assert.Equal("unit_not_found", (await _world.Get<CalendarMonths>().GetAsync(_unit, Today, null, CancellationToken.None)).Refusal?.Code);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(null, 80)]
    [InlineData(0, 80)]
    public async Task A_stay_whose_nights_cost_nothing_is_not_sold(int? price, int fee)
    {
        await _world.ExecuteAsync("UPDATE reserve.rate_plans SET base_price = 0, cleaning_fee = @fee", new { fee });
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET price = @price", new { price });

        Assert.Equal("no_price", (await _world.QuoteAsync(_unit, Today.AddDays(3))).Refusal?.Code);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public async Task So_many_infants_are_refused(int infants)
    {
        var refusal = (await _world.Get<Availability>().QuoteAsync(
            new StayRequest(_unit, Today.AddDays(3), Today.AddDays(5), 2, 0, infants), CancellationToken.None)).Refusal!;

        Assert.Equal(("guests_invalid", "infants"), (refusal.Code, Assert.Single(refusal.Errors).Field));
    }

    [Fact]
    public async Task Infants_count_neither_towards_the_occupancy_nor_towards_the_price()
    {
        var full = (await _world.QuoteAsync(_unit, Today.AddDays(3), adults: 4)).Value;

        var withInfants = (await _world.Get<Availability>().QuoteAsync(
            new StayRequest(_unit, Today.AddDays(3), Today.AddDays(5), 4, 0, 2), CancellationToken.None)).Value;

        Assert.Equal(full.Total, withInfants.Total);
    }

    [Fact]
    public async Task A_season_has_its_own_price_supplement_discount_and_cleaning()
    {
        await SeasonAsync(_unit, Today.AddDays(4), Today.AddDays(5), "500, 70, NULL, 90, '[{\"min_nights\": 2, \"percent\": 50}]'");
        await SetAsync("price = NULL", 4);

        // Arrives the day before: that day's plan says what cleaning costs and that two nights are no long stay.
        var before = (await _world.QuoteAsync(_unit, Today.AddDays(3), nights: 2, adults: 3)).Value;
        Assert.Equal([(300m, 50m), (500m, 70m)], before.Nights.Select(n => (n.Price, n.Supplement)));
        Assert.Equal((920m, 0m, 80m), (before.BasePrice, before.Discount, before.CleaningFee));

        var within = (await _world.QuoteAsync(_unit, Today.AddDays(4), nights: 2, adults: 3)).Value;
        Assert.Equal([(500m, 70m), (300m, 70m)], within.Nights.Select(n => (n.Price, n.Supplement)));
        Assert.Equal((940m, 470m, 90m), (within.BasePrice, within.Discount, within.CleaningFee));
        Assert.Equal(within.Total, within.Lines.Sum(line => line.Amount));
    }

    [Fact]
    public async Task A_season_of_the_property_holds_for_its_units_and_gives_way_to_the_unit_s_own()
    {
        await SeasonAsync(null, Today.AddDays(2), Today.AddDays(20), "400, 0, 4, NULL, '[]'");
        await SeasonAsync(_unit, Today.AddDays(10), Today.AddDays(10), "500, 0, NULL, NULL, '[]'");
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET price = NULL");

        var quote = (await _world.QuoteAsync(_unit, Today.AddDays(9), nights: 3, adults: 4)).Value;

        Assert.Equal([400m, 500m, 400m], quote.Nights.Select(n => n.Amount));
        Assert.Equal(80m, quote.CleaningFee);
        var found = (await _world.IndexAsync()).Search(InventoryWorld.Search(Today.AddDays(9), nights: 3, adults: 4));
        Assert.Equal(quote.Total, Assert.Single(found.Hits).Total);
    }

    [Fact]
    public async Task A_property_is_shown_with_the_seasons_of_each_unit()
    {
        await SeasonAsync(null, Today, null, "400, 0, 4, NULL, '[]'");
        await SeasonAsync(_unit, null, Today.AddDays(10), "500, 0, NULL, 33.50, '[]'");
        var slug = await _world.ScalarAsync<string>("SELECT slug FROM reserve.properties_map");

        var unit = Assert.Single((await _world.Get<PropertyDetails>().GetAsync(slug, CancellationToken.None)).Value.Units);

        Assert.Equal(200m, unit.BasePrice);
        Assert.Equal([(500m, 2, 33.50m), (400m, 4, 80m)], unit.Seasons.Select(s => (s.BasePrice, s.BaseCapacity, s.CleaningFee)));
        Assert.Equal([(null, Today.AddDays(10)), (Today, null)], unit.Seasons.Select(s => (s.ValidFrom, s.ValidTo)));
    }

    [Fact]
    public async Task A_month_shows_each_day_with_the_price_of_its_night()
    {
        await SetAsync("temp_holds = 1, price = NULL", 8);

        var month = (await MonthAsync(new DateOnly(2026, 3, 1))).Value;

        Assert.Equal(31, month.Nights.Count);
        Assert.Equal(new CalendarDay(new DateOnly(2026, 3, 1), CalendarDayStatus.Past), month.Nights[0]);
        Assert.Equal(new CalendarDay(Today, CalendarDayStatus.Available, true, 300m, 1, 30, false, false), month.Nights[1]);
        Assert.Equal((CalendarDayStatus.Unavailable, false, 200m), (month.Nights[9].Status, month.Nights[9].IsAvailable, month.Nights[9].Price));
    }

    [Fact]
    public async Task A_month_is_priced_by_the_plans_in_force_for_the_party_and_says_which_days_nobody_knows()
    {
        await SeasonAsync(_unit, new DateOnly(2026, 4, 10), new DateOnly(2026, 4, 11), "500, 70, 3, NULL, '[]'");
        await _world.ExecuteAsync("UPDATE reserve.availability_calendar SET price = NULL WHERE date >= '2026-04-11'");

        var month = (await MonthAsync(new DateOnly(2026, 4, 1), guests: 4)).Value;

        Assert.Equal([400m, 370m, 570m, 300m], month.Nights.Skip(8).Take(4).Select(day => day.Price));
        Assert.Equal(4, month.Guests);
        Assert.All((await MonthAsync(new DateOnly(2026, 6, 1))).Value.Nights, day => Assert.Equal(new CalendarDay(day.Date, CalendarDayStatus.Unknown), day));
        Assert.Equal("too_many_guests", (await MonthAsync(null, guests: 5)).Refusal?.Code);
    }

    [Fact]
    public async Task Without_a_month_it_is_the_city_s_own()
    {
        // 23:00 on the last day of March in Urubici; in Greenwich it is April.
        _world.Clock.AdvanceTo(new DateTimeOffset(2026, 4, 1, 2, 0, 0, TimeSpan.Zero));

        var month = (await MonthAsync(null)).Value;

        Assert.Equal(new DateOnly(2026, 3, 1), month.Month);
        Assert.Equal(CalendarDayStatus.Available, month.Nights[30].Status);
        Assert.All(month.Nights.Take(30), day => Assert.Equal(CalendarDayStatus.Past, day.Status));
    }

    private Task<Outcome<CalendarMonth>> MonthAsync(DateOnly? month, int? guests = null) =>
        _world.Get<CalendarMonths>().GetAsync(_unit, month, guests, CancellationToken.None);

    private Task SeasonAsync(Guid? unit, DateOnly? from, DateOnly? to, string values) => _world.ExecuteAsync(
        $"""
        INSERT INTO reserve.rate_plans (
            id, property_id, unit_id, name, valid_from, valid_to, service_fee_percentage,
            base_price, extra_guest_fee, base_capacity, cleaning_fee, length_of_stay_discounts)
        SELECT gen_random_uuid(), property_id, @unit, 'season', @from, @to, 5, {values}
        FROM reserve.unit_map
        WHERE id = @_unit
        """,
        new { unit, from, to, _unit });

    private Task SetAsync(string change, int day) => _world.ExecuteAsync(
        $"UPDATE reserve.availability_calendar SET {change} WHERE unit_id = @unit AND date = @date",
        new { unit = _unit, date = Today.AddDays(day) });
}
