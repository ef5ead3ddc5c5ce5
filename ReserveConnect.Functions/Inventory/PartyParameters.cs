using ReserveConnect.Functions.Http;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary>Who comes, as every query string with a party says it.</summary>
/// <param name="Adults">Two where nobody said.</param>
/// <param name="IsNamed">Whether anybody was named who counts.</param>
internal readonly record struct PartyParameters(int Adults, int Children, int Infants, bool IsNamed)
{
    private const int DefaultAdults = 2;

    /// <summary>Everybody who sleeps in a bed there.</summary>
    public int Guests => Adults + Children;

    /// <summary>Reads <c>guests</c>, or <c>adults</c> and <c>children</c>; and <c>infants</c>, who count for nothing.</summary>
    /// <param name="most">Most guests that are asked for.</param>
    public static PartyParameters Read(QueryReader query, int most)
    {
        var guests = query.Whole("guests", 1, most, about: "The party when nobody says who is a child; instead of adults and children.");
        var adults = query.Whole("adults", 1, most, about: "Two when nothing is said.");
        var children = query.Whole("children", 0, most, about: "From two years on; they count like adults.");
        var infants = query.Whole("infants", 0, StayRules.MostInfants, about: "Under two years; they count neither towards the occupancy nor towards the price.");
        if (query.Has("guests") && (query.Has("adults") || query.Has("children")))
        {
            query.Add("guests", "invalid_combination", "Not together with adults or children.");
        }

        return new(guests ?? adults ?? DefaultAdults, children ?? 0, infants ?? 0, (guests ?? adults ?? children) is not null);
    }
}
