using System.Text;
using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>Reads <c>listing_id,date,available,price,minimum_nights,maximum_nights</c>, one row per listing and night.</summary>
internal static class CalendarReader
{
    /// <summary>
    /// Nights by listing id. The file's first date becomes the first night and all others move with it;
    /// nights that the file does not have are closed. A night without a price has the rate plan's.
    /// </summary>
    /// <exception cref="InvalidDataException">A row cannot be read.</exception>
    public static Dictionary<string, Night[]> Read(string path, int nights)
    {
        var start = FirstDate(path);
        var calendars = new Dictionary<string, Night[]>(StringComparer.Ordinal);
        using var csv = new CsvFile(path, "listing_id", "date", "available", "price", "minimum_nights", "maximum_nights");
        var (listing, calendar) = (Array.Empty<byte>(), Array.Empty<Night>());
        while (csv.Read())
        {
            // Rows of one listing stand together as a rule: its id is made a string once.
            var id = csv.Bytes(0);
            if (!id.SequenceEqual(listing))
                (listing, calendar) = (id.ToArray(), Calendar(calendars, Encoding.UTF8.GetString(id), nights));
            var day = csv.Date(1).DayNumber - start.DayNumber;
            if (day < nights)
                calendar[day] = Row(csv);
        }

        return calendars;
    }

    private static Night Row(CsvFile csv) => new()
    {
        Version = 1,
        PriceCents = csv.Cents(3),
        Allotment = 1,
        MinStay = (short)Math.Clamp(csv.Number(4), 1, short.MaxValue),
        MaxStay = csv.Number(5) is > 0 and var longest ? (short)Math.Min(longest, short.MaxValue) : short.MaxValue,
        Flags = (csv.Bytes(2).SequenceEqual("t"u8) ? NightFlags.None : NightFlags.Closed)
            | (csv.Bytes(3).IsEmpty ? NightFlags.Unpriced : NightFlags.None),
    };

    private static Night[] Calendar(Dictionary<string, Night[]> calendars, string id, int nights)
    {
        if (calendars.TryGetValue(id, out var calendar))
            return calendar;
        calendar = new Night[nights];
        Array.Fill(calendar, new Night { Version = 1, Allotment = 1, MinStay = 1, MaxStay = short.MaxValue, Flags = NightFlags.Closed | NightFlags.Unpriced });
        return calendars[id] = calendar;
    }

    private static DateOnly FirstDate(string path)
    {
        using var csv = new CsvFile(path, "date");
        var first = DateOnly.MaxValue;
        while (csv.Read())
        {
            var date = csv.Date(0);
            first = date < first ? date : first;
        }

        return first;
    }
}
