using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>
/// A city from listing and calendar files: each listing is a property with one room type of which there is one, unless it says
/// how many there are, or that it is a further room type of another listing's property.
/// </summary>
internal static class CsvCity
{
    /// <summary>Reads both files.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    public static CitySeed Load(CityFiles files, CityOptions options)
    {
        var calendars = CalendarReader.Read(files.Calendar, options.NightsAhead);
        var listings = ListingReader.Read(files.Listings);
        var properties = new List<Property>(listings.Count);
        var rooms = new List<RoomSeed>(listings.Count);
        foreach (var listing in listings)
        {
            // A listing without a calendar has nothing to sell.
            if (!calendars.TryGetValue(listing.Id, out var nights))
                continue;
            var basePrice = BasePrice(listing, nights);
            if (listing.PropertyOf == listing.Id)
                properties.Add(Property(files.Code, listing, options));
            for (var i = 0; i < nights.Length; i++)
                nights[i].Allotment = listing.Rooms;
            rooms.Add(new RoomSeed(Room(files.Code, listing, basePrice), nights));
        }

        if (rooms.Find(room => properties.TrueForAll(property => property.Id != room.Type.PropertyId)) is { } lost)
            throw new InvalidDataException($"{files.Listings}: '{lost.Type.Name}' is a room type of a listing that has no property.");
        return new CitySeed(files.Code, properties, rooms);
    }

    private static Property Property(string city, Listing listing, CityOptions options) => new(
        PropertyId(city, listing),
        city,
        listing.Name,
        listing.Slug,
        listing.Description,
        listing.Neighbourhood,
        null,
        listing.Latitude,
        listing.Longitude,
        listing.PropertyType,
        null,
        null,
        listing.Amenities,
        listing.Images,
        listing.Rating,
        listing.Reviews,
        Policy(listing),
        0m,
        options.Currency,
        true,
        1);

    private static Guid PropertyId(string city, Listing listing) => StableId.Of($"{city}/property/{listing.PropertyOf}");

    private static RoomType Room(string city, Listing listing, int basePrice) => new(
        StableId.Of($"{city}/room-type/{listing.Id}"),
        PropertyId(city, listing),
        listing.Name,
        listing.Description,
        listing.Accommodates,
        listing.Accommodates,
        Beds(listing),
        null,
        listing.Amenities,
        listing.Images,
        true,
        1,
        new RatePlan(new decimal(basePrice, 0, 0, false, 2), 0m, []));

    // The files name no policy: who books at once may also leave easily, who asks for long stays minds a cancellation most.
    private static string Policy(Listing listing) => listing switch
    {
        { IsInstant: true } => "flexible",
        { MinimumNights: >= 14 } => "strict",
        _ => "moderate",
    };

    // The files count beds and do not name them: pairs of guests get a double, the rest a single.
    private static List<Bed> Beds(Listing listing)
    {
        if (listing.Beds == 0)
            return [];
        var doubles = Math.Clamp(listing.Accommodates - listing.Beds, 0, listing.Beds);
        List<Bed> beds = doubles > 0 ? [new Bed("double", doubles)] : [];
        if (listing.Beds > doubles)
            beds.Add(new Bed("single", listing.Beds - doubles));
        return beds;
    }

    private static int BasePrice(Listing listing, Night[] nights)
    {
        if (listing.PriceCents > 0)
            return listing.PriceCents;
        var prices = nights.Where(n => n.PriceCents > 0).Select(n => n.PriceCents).Order().ToArray();
        return prices.Length > 0 ? prices[prices.Length / 2] : 0;
    }
}
