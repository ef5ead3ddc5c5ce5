namespace ReserveConnect.Tests.Trials;

/// <summary>Files like that of the real bookings, with what a test wants in them.</summary>
internal static class MadeUpBookings
{
    public const string Header =
        "hotel,is_canceled,lead_time,arrival_date_year,arrival_date_month,arrival_date_day_of_month,stays_in_weekend_nights,stays_in_week_nights,adults,children,babies,meal,country,market_segment,reserved_room_type,assigned_room_type,booking_changes,deposit_type,days_in_waiting_list,customer_type,adr,total_of_special_requests,reservation_status,reservation_status_date";

    /// <summary>Writes a file and gives its path.</summary>
    public static string Write(string folder, params IEnumerable<string> rows)
    {
        var path = Path.Combine(folder, "bookings.csv");
        File.WriteAllLines(path, [Header, .. rows]);
        return path;
    }

    /// <summary>Two nights from a day in July 2016, booked three days before, with other values where they are given.</summary>
    public static string Row(int day, params (string Column, string Text)[] others)
    {
        string[] columns = Header.Split(',');
        string[] values = $"Resort Hotel,0,3,2016,July,{day},0,2,2,0,0,BB,PRT,Online TA,A,A,0,No Deposit,0,Transient,100,0,Check-Out,7/{day + 2}/2016".Split(',');
        foreach (var (column, text) in others)
            values[Array.IndexOf(columns, column)] = text;
        return string.Join(',', values);
    }

    /// <inheritdoc cref="Row"/>
    public static string Cancelled(int day, int on, params (string Column, string Text)[] others) =>
        Row(day, [("reservation_status", "Canceled"), ("reservation_status_date", $"7/{on}/2016"), .. others]);

    /// <inheritdoc cref="Row"/>
    public static string NoShow(int day, params (string Column, string Text)[] others) =>
        Row(day, [("reservation_status", "No-Show"), ("reservation_status_date", $"7/{day}/2016"), .. others]);
}
