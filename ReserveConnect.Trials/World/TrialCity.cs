using System.Globalization;
using System.Text;

namespace ReserveConnect.Trials.World;

/// <summary>A city whose every night is open, as large as the trials need it: half of its units are a single room.</summary>
internal static class TrialCity
{
    public const string Slug = "trials";

    /// <summary>Rooms of the units that are not a single one.</summary>
    public const int Rooms = 3;

    /// <summary>Nights of a unit.</summary>
    public const int NightsAhead = 365;

    /// <summary>Writes the files that the Host's stand-in reads.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="units">How many; an even number.</param>
    public static async Task WriteAsync(string folder, int units, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var listings = new StringBuilder(
            "id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,accommodates,beds,amenities,price,minimum_nights,review_scores_rating,number_of_reviews,instant_bookable\n");
        var calendar = new StringBuilder("listing_id,date,available,price,minimum_nights,maximum_nights\n");
        var first = new DateOnly(2024, 1, 1);
        for (var unit = 1; unit <= units; unit++)
        {
            listings.Append(CultureInfo.InvariantCulture, $"{unit},{NameOf(unit)},,,,-28.01,-49.59,Entire home,4,2,[],{100 + unit}.00,1,,0,t\n");
            for (var night = 0; night < NightsAhead; night++)
                calendar.Append(CultureInfo.InvariantCulture, $"{unit},{first.AddDays(night):yyyy-MM-dd},t,{100 + ((unit * 7) + (night * 3)) % 250}.{night % 100:00},1,30\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-listings.csv"), listings.ToString(), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-calendar.csv"), calendar.ToString(), cancellation);
    }

    /// <summary>Whether the unit of that number has several rooms.</summary>
    public static bool HasRooms(int unit) => unit % 2 == 0;

    private static string NameOf(int unit) => $"{(HasRooms(unit) ? "Pousada" : "Chalé")} {unit.ToString("0000", CultureInfo.InvariantCulture)}";
}
