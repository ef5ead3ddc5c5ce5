namespace ReserveConnect.Booking;

/// <summary>The states of a reservation (roadmap) and the moves between them.</summary>
public static class ReservationStatus
{
    public const string Confirmed = "confirmed";
    public const string CheckedIn = "checked_in";
    public const string CheckedOut = "checked_out";
    public const string Completed = "completed";
    public const string CancelPending = "cancel_pending";
    public const string Cancelled = "cancelled";
    public const string NoShow = "no_show";

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (Confirmed, CheckedIn),
        (CheckedIn, CheckedOut),
        (CheckedOut, Completed),
        (Confirmed, CancelPending),
        (CancelPending, Cancelled),
        (CancelPending, Confirmed),
        (Confirmed, NoShow),
    };
}
