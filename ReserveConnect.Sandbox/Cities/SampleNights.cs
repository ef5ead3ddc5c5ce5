using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>The nights of the sample city: dearer in winter, on weekends and holidays, with the restrictions that real houses set.</summary>
internal static class SampleNights
{
    private const int CheapestStep = 500;

    /// <summary>A room type's nights. Plain ones in a season have no price of their own: the season's is what is sold.</summary>
    public static Night[] Of(SamplePlace place, SampleRoom room, DateOnly first, int count, (DateOnly From, DateOnly To)? season)
    {
        var nights = new Night[count];
        for (var i = 0; i < count; i++)
        {
            var date = first.AddDays(i);
            nights[i] = Of(place, room, date);
            if (date >= season?.From && date <= season?.To && !BrazilianCalendar.IsWeekend(date) && !BrazilianCalendar.IsHolidayNight(date))
                (nights[i].PriceCents, nights[i].Flags) = (0, nights[i].Flags | NightFlags.Unpriced);
        }

        return nights;
    }

    private static Night Of(SamplePlace place, SampleRoom room, DateOnly date) => new()
    {
        Version = 1,
        PriceCents = Price(room, date),
        Allotment = room.Allotment,
        MinStay = MinStay(place, date),
        MaxStay = place.Type == "hostel" ? (short)14 : (short)30,
        Flags = Closed(place, room, date) | Arrival(place, date) | Departure(place, date),
    };

    // In steps of five reais, as people write prices.
    private static int Price(SampleRoom room, DateOnly date)
    {
        var factor = 1m;
        if (BrazilianCalendar.IsWinter(date))
            factor += 0.35m;
        if (BrazilianCalendar.IsWeekend(date))
            factor += 0.20m;
        if (BrazilianCalendar.IsHolidayNight(date))
            factor += BrazilianCalendar.IsYearEnd(date) ? 0.60m : 0.30m;
        return (int)(decimal.Round(room.Price * factor * 100 / CheapestStep) * CheapestStep);
    }

    private static short MinStay(SamplePlace place, DateOnly date) => place.Type switch
    {
        "hostel" => 1,
        _ when BrazilianCalendar.IsYearEnd(date) => 3,
        _ when BrazilianCalendar.IsHolidayNight(date) => 2,
        "chale" or "glamping" or "casa" when BrazilianCalendar.IsWeekend(date) => 2,
        _ => 1,
    };

    // Who lives far out receives nobody on New Year's Eve, and the whole houses none on Sundays.
    private static NightFlags Arrival(SamplePlace place, DateOnly date) =>
        ((date.Month, date.Day) is (12, 31) && place.Type is ("chale" or "glamping"))
        || (place.Rooms is [{ Allotment: 1 }] && date.DayOfWeek == DayOfWeek.Sunday)
            ? NightFlags.ClosedToArrival
            : NightFlags.None;

    private static NightFlags Departure(SamplePlace place, DateOnly date) =>
        (date.Month, date.Day) is (1, 1) && place.Policy == "strict" ? NightFlags.ClosedToDeparture : NightFlags.None;

    // Holidays of the house: a week in May for some, and a night now and then for repairs.
    private static NightFlags Closed(SamplePlace place, SampleRoom room, DateOnly date)
    {
        var house = Draw($"{place.Name}/{date.Year}");
        var week = new DateOnly(date.Year, 5, 4).AddDays(house % 14);
        if (house % 3 == 0 && date >= week && date < week.AddDays(7))
            return NightFlags.Closed;
        return Draw($"{place.Name}/{room.Name}/{date.DayNumber.ToString(CultureInfo.InvariantCulture)}") % 90 == 0 ? NightFlags.Closed : NightFlags.None;
    }

    // A number that belongs to the name, the same on every machine.
    private static int Draw(string name) => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name))) & int.MaxValue;
}
