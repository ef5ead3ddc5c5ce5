using System.Globalization;
using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>The city that the Host has when no files are given: Urubici, SC. The same on every machine for the same first night.</summary>
internal static class SampleCity
{
    /// <summary>City code.</summary>
    public const string Code = "urubici";

    /// <summary>The city with its nights.</summary>
    public static CitySeed Seed(DateOnly first, CityOptions options)
    {
        var properties = new List<Property>();
        var rooms = new List<RoomSeed>();
        for (var i = 0; i < SamplePlaces.All.Count; i++)
        {
            var place = SamplePlaces.All[i];
            var property = Property(place, i, first, options);
            properties.Add(property);
            rooms.AddRange(place.Rooms.Select(room => new RoomSeed(
                RoomType(place, room, property), SampleNights.Of(place, room, first, options.NightsAhead, WinterOf(place, first, options.NightsAhead)))));
        }

        return new CitySeed(Code, properties, rooms);
    }

    private static Property Property(SamplePlace place, int number, DateOnly first, CityOptions options)
    {
        var slug = Listing.SlugOf(place.Name, (number + 1).ToString("00", CultureInfo.InvariantCulture));
        return new Property(
            StableId.Of($"{Code}/property/{slug}"),
            Code,
            place.Name,
            slug,
            place.Description,
            $"{place.Address}, Urubici - SC",
            "88650-000",
            place.Latitude,
            place.Longitude,
            place.Type,
            $"reservas@{slug}.example",
            string.Create(CultureInfo.InvariantCulture, $"+5549327801{number:00}"),
            place.Amenities,
            [$"https://images.example/urubici/{slug}/1.jpg", $"https://images.example/urubici/{slug}/2.jpg"],
            place.Rating,
            place.Reviews,
            place.Policy,
            place.CleaningFee,
            options.Currency,
            true,
            1,
            WinterOf(place, first, options.NightsAhead) is var (from, to) ? [Winter(place, from, to)] : null);
    }

    // June to August of the year of which more nights are to come.
    private static (DateOnly From, DateOnly To)? WinterOf(SamplePlace place, DateOnly first, int nightsAhead)
    {
        var year = NightsOfWinter(first.Year) >= NightsOfWinter(first.Year + 1) ? first.Year : first.Year + 1;
        return place.HasWinter ? (new DateOnly(year, 6, 1), new DateOnly(year, 8, 31)) : null;

        int NightsOfWinter(int of) =>
            Math.Max(0, Math.Min(new DateOnly(of, 9, 1).DayNumber, first.DayNumber + nightsAhead) - Math.Max(new DateOnly(of, 6, 1).DayNumber, first.DayNumber));
    }

    // No discount for a week, and the stove is cleaned too.
    private static Season Winter(SamplePlace place, DateOnly from, DateOnly to)
    {
        var room = place.Rooms[0];
        return new Season(
            "inverno", from, to, decimal.Round(room.Price * 1.25m, 2), room.ExtraGuest + 20m, [],
            CleaningFee: place.CleaningFee + 40m);
    }

    private static RoomType RoomType(SamplePlace place, SampleRoom room, Property property) => new(
        StableId.Of($"{Code}/room-type/{property.Slug}/{room.Name}"),
        property.Id,
        room.Name,
        room.Description,
        room.Max,
        room.Base,
        room.Beds,
        room.SizeM2,
        place.Amenities,
        [$"https://images.example/urubici/{property.Slug}/{Listing.SlugOf(room.Name, "quarto")}.jpg"],
        true,
        1,
        new RatePlan(room.Price, room.ExtraGuest, room.Discounts));
}
