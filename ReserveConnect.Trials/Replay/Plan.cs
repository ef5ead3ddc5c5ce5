using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.Racing;

namespace ReserveConnect.Trials.Replay;

/// <summary>A stay as somebody wants it; its days are those of the file until they are shifted.</summary>
internal sealed record Wanted(DateOnly CheckIn, DateOnly CheckOut, Party Party)
{
    public Wanted Shifted(int days) => this with { CheckIn = CheckIn.AddDays(days), CheckOut = CheckOut.AddDays(days) };

    public IEnumerable<DateOnly> Nights => Enumerable.Range(0, CheckOut.DayNumber - CheckIn.DayNumber).Select(night => CheckIn.AddDays(night));
}

/// <summary>What one booking of the file becomes here: what is wanted at first and after each change, the last being what the file says.</summary>
/// <param name="BookedOn">The day of the booking; later than in reality where it was made further ahead than stays are sold.</param>
/// <param name="ChangedOn">A day for each change, in order.</param>
/// <param name="CancelledOn">Null: it was not.</param>
internal sealed record Plan(
    RealBooking Real, RoomKind Kind, bool ByPix, int Order, IReadOnlyList<Wanted> Stays, DateOnly BookedOn, IReadOnlyList<DateOnly> ChangedOn, DateOnly? CancelledOn)
{
    /// <summary>Changes of one booking that are driven; the file has up to 17.</summary>
    public const int MostChanges = 3;

    /// <summary>Of those who may pay either way, so many of a hundred pay by PIX: who books far ahead pays by card.</summary>
    private const int PixPercent = 25;
    private const int FarAhead = 90;

    private static readonly string[] _byPix = ["Direct", "Corporate", "Complementary"];

    /// <summary>Why a row is no stay that anybody could sell; null: it is one.</summary>
    public static string? NoStay(RealBooking real, Hotel hotel) => real switch
    {
        { Nights: 0 } => "no night",
        { Adults: 0 } => "no adult",
        _ when hotel.Kind(real.RoomType) is var kind && real.Adults + real.Children > kind!.Sleeps => "a party larger than any that came in a room of its type",
        _ when real.BookedOn > real.EndedOn => "ended before it was booked",
        _ => null,
    };

    /// <summary>Makes the plan of a row that is a stay.</summary>
    /// <param name="seed">Decides what its changes are, and its place among those of a day.</param>
    /// <param name="window">Days ahead that stays are sold: the last night is before.</param>
    public static Plan Of(RealBooking real, Hotel hotel, int seed, int window)
    {
        var chance = new Chance($"replay of {seed}", real.Row);
        var order = chance.From("order", 0, int.MaxValue - 1);
        var likesPix = chance.Often("pix", PixPercent);
        var stays = StaysOf(real, chance);
        // The day of departure, and of the longest variant the day after.
        var earliest = stays.Max(stay => stay.CheckOut).AddDays(1 - window);
        var bookedOn = real.BookedOn > earliest ? real.BookedOn : earliest;
        DateOnly? cancelledOn = real.End != RealEnd.Cancelled ? null : real.EndedOn > bookedOn ? real.EndedOn : bookedOn;
        var last = cancelledOn ?? real.Arrival;
        var days = last.DayNumber - bookedOn.DayNumber;
        return new(
            real, hotel.Kind(real.RoomType)!, _byPix.Contains(real.Segment) || (likesPix && real.LeadTime < FarAhead), order, stays, bookedOn,
            [.. Enumerable.Range(1, stays.Count - 1).Select(change => bookedOn.AddDays(days * change / stays.Count))], cancelledOn);
    }

    // From the end back: what the file says, something else before the last change, what the file says before that, and so on.
    private static List<Wanted> StaysOf(RealBooking real, Chance chance)
    {
        var final = new Wanted(real.Arrival, real.Departure, new(real.Adults, real.Children, Math.Min(real.Babies, 10)));
        List<Wanted> stays = [final];
        for (var change = Math.Min(real.Changes, MostChanges); change > 0; change--)
            stays.Insert(0, stays[0] != final ? final : Other(final, chance, mayBeLonger: change > 1));
        return stays;
    }

    // Nobody is turned away at first for more than the file says.
    private static Wanted Other(Wanted stay, Chance chance, bool mayBeLonger)
    {
        var party = stay.Party.Adults > 1 ? stay.Party with { Adults = stay.Party.Adults - 1 } : stay.Party with { Infants = stay.Party.Infants + 1 };
        List<Wanted> others = [stay with { Party = party }];
        if (stay.CheckOut > stay.CheckIn.AddDays(1))
            others.AddRange([stay with { CheckOut = stay.CheckOut.AddDays(-1) }, stay with { CheckIn = stay.CheckIn.AddDays(1) }]);
        if (mayBeLonger)
            others.Add(stay with { CheckOut = stay.CheckOut.AddDays(1) });
        return chance.OneOf("change", [.. others]);
    }
}
