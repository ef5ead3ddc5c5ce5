using System.Globalization;
using System.Text;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>A city with one property, the hotel: a room type of each kind, every night open.</summary>
internal static class ResortCity
{
    private const string Slug = "resort";

    /// <summary>Beyond what the functions fetch, so that their window and not the Host's is what counts.</summary>
    private const int NightsAhead = ReplayRun.CalendarDays + 40;

    public static WorldCity Of(Hotel hotel) => new(Slug, NightsAhead, (folder, cancellation) => WriteAsync(folder, hotel, cancellation));

    /// <summary>What the room type of a kind is called.</summary>
    public static string NameOf(RoomKind kind) => $"Quarto {kind.Code}";

    private static async Task WriteAsync(string folder, Hotel hotel, CancellationToken cancellation)
    {
        var listings = new StringBuilder(
            "id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,accommodates,beds,amenities,price,minimum_nights,review_scores_rating,number_of_reviews,instant_bookable,room_type_of,rooms\n");
        var calendar = new StringBuilder("listing_id,date,available,price,minimum_nights,maximum_nights\n");
        var first = new DateOnly(2024, 1, 1);
        for (var number = 1; number <= hotel.Kinds.Count; number++)
        {
            var kind = hotel.Kinds[number - 1];
            listings.Append(
                CultureInfo.InvariantCulture,
                $"{number},{NameOf(kind)},,,,-28.01,-49.59,Room in hotel,{kind.Sleeps},1,[],{kind.Rate},1,,0,f,{(number == 1 ? "" : "1")},{kind.Rooms}\n");
            for (var night = 0; night < NightsAhead; night++)
                calendar.Append(CultureInfo.InvariantCulture, $"{number},{first.AddDays(night):yyyy-MM-dd},t,{kind.Rate},1,365\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-listings.csv"), listings.ToString(), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-calendar.csv"), calendar.ToString(), cancellation);
    }
}
