using System.Globalization;
using System.Text;

namespace ReserveConnect.Trials.World;

/// <summary>The city of a world, as files that the Host's stand-in reads.</summary>
/// <param name="Slug">What the files begin with.</param>
/// <param name="NightsAhead">Nights that its Host sells.</param>
/// <param name="WriteAsync">Writes them into a folder.</param>
internal sealed record WorldCity(string Slug, int NightsAhead, Func<string, CancellationToken, Task> WriteAsync);

/// <summary>A city whose every night is open, as large as the trials need it: most of its units are a single room, and all cost the same.</summary>
internal static class TrialCity
{
    public const string Slug = "trials";

    /// <summary>Rooms of the units that are not a single one.</summary>
    public const int Rooms = 3;

    /// <summary>One unit of so many has <see cref="Rooms"/>.</summary>
    public const int Every = 4;

    /// <summary>Nights of a unit.</summary>
    public const int NightsAhead = 365;

    /// <param name="units">How many.</param>
    /// <param name="begins">UTC instant of the world's beginning, null: now. A night costs the same whenever the world was made.</param>
    public static WorldCity Of(int units, DateTimeOffset? begins = null)
    {
        var today = DateOnly.FromDateTime((begins ?? TimeProvider.System.GetUtcNow()).UtcDateTime);
        return new(Slug, NightsAhead, (folder, cancellation) => WriteAsync(folder, units, today, cancellation));
    }

    private static async Task WriteAsync(string folder, int units, DateOnly today, CancellationToken cancellation)
    {
        var listings = new StringBuilder(
            "id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,accommodates,beds,amenities,price,minimum_nights,review_scores_rating,number_of_reviews,instant_bookable,rooms\n");
        var calendar = new StringBuilder("listing_id,date,available,price,minimum_nights,maximum_nights\n");
        for (var unit = 1; unit <= units; unit++)
        {
            listings.Append(CultureInfo.InvariantCulture, $"{unit},{NameOf(unit)},,,,-28.01,-49.59,Entire home,4,2,[],100.00,1,,0,t,{(HasRooms(unit) ? Rooms : 1)}\n");
            for (var night = today; night < today.AddDays(NightsAhead); night = night.AddDays(1))
                calendar.Append(CultureInfo.InvariantCulture, $"{unit},{night:yyyy-MM-dd},t,{100 + (night.DayNumber * 3 % 250)}.{night.DayNumber % 100:00},1,30\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-listings.csv"), listings.ToString(), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Slug}-calendar.csv"), calendar.ToString(), cancellation);
    }

    private static bool HasRooms(int unit) => unit % Every == 0;

    private static string NameOf(int unit) => $"{(HasRooms(unit) ? "Pousada" : "Chalé")} {unit.ToString("0000", CultureInfo.InvariantCulture)}";
}
