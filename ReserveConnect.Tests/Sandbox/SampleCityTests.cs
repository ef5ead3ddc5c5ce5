using ReserveConnect.Sandbox;
using ReserveConnect.Sandbox.Cities;
using ReserveConnect.Sandbox.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class SampleCityTests
{
    private static readonly DateOnly _first = new(2026, 11, 22);

    private static readonly CitySeed _city = SampleCity.Seed(_first, new CityOptions());

    [Fact]
    public void It_has_twenty_properties_of_every_kind()
    {
        Assert.Equal(20, _city.Properties.Count);
        Assert.Equal(20, _city.Properties.Select(p => p.Slug).Distinct().Count());
        Assert.Superset(new HashSet<string> { "pousada", "hotel", "chale", "glamping", "hostel" }, _city.Properties.Select(p => p.PropertyType).ToHashSet());
        Assert.Equal(["flexible", "moderate", "non_refundable", "strict"], _city.Properties.Select(p => p.CancellationPolicy).Distinct().Order());
        Assert.Contains(_city.Properties, p => p.CleaningFee > 0);
        Assert.Contains(_city.Properties, p => p.CleaningFee == 0);
        Assert.Contains(_city.Properties, p => p.Rating is null && p.Reviews == 0);
        Assert.All(_city.Properties, p => Assert.InRange(p.Latitude, -28.2m, -27.85m));
        Assert.All(_city.Properties, p => Assert.InRange(p.Longitude, -49.75m, -49.3m));
    }

    [Fact]
    public void Every_property_has_one_to_four_room_types_of_one_to_eight_rooms()
    {
        var rooms = _city.Rooms.ToLookup(r => r.Type.PropertyId);

        Assert.All(_city.Properties, p => Assert.InRange(rooms[p.Id].Count(), 1, 4));
        Assert.All(_city.Rooms, r => Assert.InRange(r.Nights[0].Allotment, 1, 8));
        Assert.All(_city.Rooms, r => Assert.InRange(r.Type.BaseCapacity, 1, r.Type.MaxOccupancy));
        Assert.All(_city.Rooms.Where(r => r.Type.MaxOccupancy > r.Type.BaseCapacity), r => Assert.True(r.Type.RatePlan.ExtraGuestFee > 0));
        Assert.All(_city.Rooms, r => Assert.True(Sleeps(r.Type) >= r.Type.MaxOccupancy, $"{r.Type.Name}: beds for {Sleeps(r.Type)}"));
        Assert.Contains(_city.Rooms, r => r.Type.RatePlan.LengthOfStayDiscounts.Count > 1);
    }

    [Fact]
    public void Nights_are_dearer_on_weekends_in_winter_and_at_the_turn_of_the_year()
    {
        var nights = _city.Rooms[0].Nights;
        var plain = Of(nights, new DateOnly(2026, 11, 24)).PriceCents;

        Assert.True(Of(nights, new DateOnly(2026, 11, 27)).PriceCents > plain);
        Assert.True(Of(nights, new DateOnly(2027, 7, 6)).PriceCents > plain);
        Assert.True(Of(nights, new DateOnly(2026, 12, 31)).PriceCents > Of(nights, new DateOnly(2026, 11, 27)).PriceCents);
    }

    [Theory]
    [InlineData("2026-05-31", 2026)]
    [InlineData("2026-07-10", 2026)]
    [InlineData("2026-08-20", 2027)] // twelve nights of this winter are left, and eighty of the next are in the calendar
    [InlineData("2026-11-22", 2027)]
    public void The_winter_season_is_the_one_of_which_more_nights_are_ahead(string first, int year)
    {
        var city = SampleCity.Seed(DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture), new CityOptions());

        Assert.Equal([year], city.Properties.SelectMany(p => p.RatePlans ?? []).Select(season => season.ValidFrom!.Value.Year).Distinct());
    }

    [Fact]
    public void Plain_nights_of_the_winter_that_one_house_has_are_sold_for_the_price_of_its_season()
    {
        var property = Assert.Single(_city.Properties, property => property.RatePlans is not null);
        var winter = Assert.Single(property.RatePlans!);
        var nights = Assert.Single(_city.Rooms, room => room.Type.PropertyId == property.Id).Nights;

        Assert.Null(Of(nights, new DateOnly(2027, 7, 6)).Price);
        Assert.True(Of(nights, new DateOnly(2027, 7, 9)).Price > winter.BasePrice);
        Assert.All(
            _city.Rooms.SelectMany(room => room.Nights.Select((night, i) => (night, Date: _first.AddDays(i)))).Where(n => n.night.Price is null),
            n => Assert.InRange(n.Date, winter.ValidFrom!.Value, winter.ValidTo!.Value));
    }

    [Fact]
    public void Holidays_ask_for_longer_stays_and_some_days_take_no_arrival_or_departure()
    {
        var all = _city.Rooms.SelectMany(r => r.Nights).ToArray();

        Assert.Contains(all, n => n.MinStay == 3);
        Assert.Contains(all, n => n.MinStay == 2);
        Assert.Contains(all, n => (n.Flags & NightFlags.ClosedToArrival) != 0);
        Assert.Contains(all, n => (n.Flags & NightFlags.ClosedToDeparture) != 0);
        Assert.InRange(all.Count(n => (n.Flags & NightFlags.Closed) != 0) / (double)all.Length, 0.001, 0.05);
        Assert.All(_city.Rooms, r => Assert.Equal(365, r.Nights.Length));
    }

    [Fact]
    public void It_is_the_same_city_every_time()
    {
        var again = SampleCity.Seed(_first, new CityOptions());

        Assert.Equal(_city.Properties.Select(p => p.Id), again.Properties.Select(p => p.Id));
        Assert.Equal(_city.Rooms.Select(r => r.Type.Id), again.Rooms.Select(r => r.Type.Id));
        Assert.Equal(_city.Rooms.SelectMany(r => r.Nights), again.Rooms.SelectMany(r => r.Nights));
    }

    [Theory]
    [InlineData(2024, 3, 31)]
    [InlineData(2025, 4, 20)]
    [InlineData(2026, 4, 5)]
    [InlineData(2027, 3, 28)]
    [InlineData(2038, 4, 25)]
    public void Easter_is_when_it_is(int year, int month, int day) => Assert.Equal(new DateOnly(year, month, day), BrazilianCalendar.Easter(year));

    private static Night Of(Night[] nights, DateOnly date) => nights[date.DayNumber - _first.DayNumber];

    private static int Sleeps(RoomType type) => type.Beds.Sum(bed => bed.Count * (bed.Kind is "single" or "bunk" && type.MaxOccupancy == 1 ? 1 : bed.Kind == "single" ? 1 : 2));
}
