using System.Globalization;
using System.Text.Json;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>Reads a listings file.</summary>
internal static class ListingReader
{
    // The first word found in the file's free text decides.
    private static readonly (string Word, string Type)[] _types =
    [
        ("hotel", "hotel"), ("hostel", "hostel"), ("bed and breakfast", "guesthouse"), ("guesthouse", "guesthouse"), ("guest suite", "guesthouse"),
        ("casa particular", "guesthouse"), ("loft", "apartment"), ("rental unit", "apartment"), ("condo", "apartment"), ("apartment", "apartment"),
        ("townhouse", "house"), ("villa", "house"), ("cottage", "house"), ("boat", "boat"), ("tiny home", "house"), ("home", "house"),
        ("castle", "house"), ("camper", "camper"),
    ];

    /// <summary>All rows.</summary>
    /// <exception cref="InvalidDataException">A column is missing or a row cannot be read.</exception>
    public static IReadOnlyList<Listing> Read(string path)
    {
        using var csv = new CsvFile(
            path,
            "id", "name", "description", "picture_url", "neighbourhood", "latitude", "longitude", "property_type", "accommodates", "beds",
            "amenities", "price", "minimum_nights", "review_scores_rating", "number_of_reviews", "instant_bookable");
        var listings = new List<Listing>();
        while (csv.Read())
            listings.Add(Row(csv));
        return listings;
    }

    private static Listing Row(CsvFile csv)
    {
        var id = csv.Text(0);
        var picture = csv.Text(3);
        return new Listing(
            Id: id,
            Name: PlainText.Of(csv.Text(1)) is { Length: > 0 } name ? name : $"Listing {id}",
            Description: PlainText.Of(csv.Text(2)),
            Neighbourhood: csv.Text(4) is { Length: > 0 } neighbourhood ? neighbourhood : null,
            Latitude: csv.Decimal(5) ?? throw csv.Unreadable(5),
            Longitude: csv.Decimal(6) ?? throw csv.Unreadable(6),
            PropertyType: TypeOf(csv.Text(7)),
            Accommodates: Math.Max(1, (int)csv.Number(8)),
            Beds: (int)csv.Number(9),
            Amenities: Amenities(csv, 10),
            Images: Uri.IsWellFormedUriString(picture, UriKind.Absolute) ? [picture] : [],
            PriceCents: csv.Cents(11),
            MinimumNights: (int)csv.Number(12),
            Rating: csv.Decimal(13),
            Reviews: (int)csv.Number(14),
            IsInstant: csv.Bytes(15).SequenceEqual("t"u8),
            PropertyOf: csv.Optional("room_type_of") ?? id,
            Rooms: Rooms(csv));
    }

    private static short Rooms(CsvFile csv) => csv.Optional("rooms") switch
    {
        null => 1,
        var text when short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rooms) => rooms,
        var text => throw csv.Unreadable(text),
    };

    private static string[] Amenities(CsvFile csv, int column)
    {
        try
        {
            return JsonSerializer.Deserialize(csv.Bytes(column), CityJson.Default.StringArray) ?? [];
        }
        catch (JsonException e)
        {
            throw csv.Unreadable(column, e);
        }
    }

    private static string TypeOf(string text)
    {
        foreach (var (word, type) in _types)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return type;
        }

        return "other";
    }
}
