using System.Globalization;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Sandbox.Cities;

namespace ReserveConnect.Trials.Replay;

/// <summary>Reads a file in the form of the "Hotel booking demand" data set (Antonio, Almeida, Nunes 2019), packed with gzip or not.</summary>
internal static class BookingFile
{
    /// <summary>More of anything, nights or guests or days, is no booking.</summary>
    private const int Most = 2_000;

    private static readonly string[] _columns =
    [
        "lead_time", "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month", "stays_in_weekend_nights", "stays_in_week_nights", "adults",
        "children", "babies", "market_segment", "assigned_room_type", "booking_changes", "reservation_status", "reservation_status_date", "adr",
    ];

    private static readonly string[] _dates = ["M/d/yyyy", "yyyy-MM-dd"];

    /// <summary>All rows, in their order.</summary>
    /// <exception cref="UsageException">There is no such file, a column is missing, or a row cannot be read.</exception>
    public static IReadOnlyList<RealBooking> Read(string path)
    {
        try
        {
            using var csv = new CsvFile(path, _columns);
            var rows = new List<RealBooking>();
            while (csv.Read())
                rows.Add(Row(csv, rows.Count + 1));
            return rows.Count > 0 ? rows : throw new UsageException($"{path}: there is no booking in it");
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UsageException(unreadable.Message);
        }
    }

    private static RealBooking Row(CsvFile csv, int row) => new(
        row,
        Count(csv, 0),
        Arrival(csv),
        Count(csv, 4) + Count(csv, 5),
        Count(csv, 6),
        Children(csv),
        Count(csv, 8),
        csv.Text(9),
        csv.Text(10).Trim() is { Length: > 0 } type ? type : throw csv.Unreadable(10),
        Count(csv, 11),
        csv.Text(12) switch
        {
            "Check-Out" => RealEnd.CameAndLeft,
            "Canceled" => RealEnd.Cancelled,
            "No-Show" => RealEnd.NoShow,
            _ => throw csv.Unreadable(12),
        },
        DateOnly.TryParseExact(csv.Text(13), _dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var ended) ? ended : throw csv.Unreadable(13),
        csv.Decimal(14) ?? 0);

    private static int Count(CsvFile csv, int column) => csv.Number(column) is >= 0 and <= Most and var count ? (int)count : throw csv.Unreadable(column);

    // The data set says NA of four of its bookings.
    private static int Children(CsvFile csv) => csv.Text(7) is "NA" ? 0 : Count(csv, 7);

    private static DateOnly Arrival(CsvFile csv) =>
        DateOnly.TryParseExact(
            $"{csv.Text(1)}-{csv.Text(2)}-{csv.Text(3)}", "yyyy-MMMM-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw csv.Unreadable(3);
}
