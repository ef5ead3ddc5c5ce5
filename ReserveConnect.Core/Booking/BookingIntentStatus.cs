namespace ReserveConnect.Booking;

/// <summary>The states of a booking intent (roadmap, sprint 3) and the moves between them.</summary>
/// <remarks><c>converted</c> is not used: <see cref="Confirmed"/> with a reservation is (design section 6).</remarks>
public static class BookingIntentStatus
{
    public const string Created = "created";
    public const string PaymentPending = "payment_pending";
    public const string PaymentConfirmed = "payment_confirmed";
    public const string HostCommitPending = "host_commit_pending";
    public const string Confirmed = "confirmed";
    public const string HostCommitFailed = "host_commit_failed";
    public const string RefundPending = "refund_pending";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (Created, PaymentPending),
        (Created, HostCommitPending),
        (Created, Cancelled),
        (Created, Expired),
        (PaymentPending, PaymentConfirmed),
        (PaymentPending, Cancelled),
        (PaymentPending, Expired),
        (PaymentPending, RefundPending),
        (PaymentConfirmed, HostCommitPending),
        (PaymentConfirmed, Cancelled),
        (PaymentConfirmed, RefundPending),
        (HostCommitPending, Confirmed),
        (HostCommitPending, HostCommitFailed),
        (HostCommitFailed, HostCommitPending),
        (HostCommitFailed, Confirmed),
        (HostCommitFailed, RefundPending),
        (HostCommitFailed, Cancelled),
        (RefundPending, Cancelled),
        (Expired, PaymentConfirmed),
        (Expired, RefundPending),
        (Cancelled, PaymentConfirmed),
        (Cancelled, RefundPending),
    };

    /// <summary>Whether the intent still waits for money, so that its hold can run out.</summary>
    public static bool AwaitsMoney(string status) => status is Created or PaymentPending;

    /// <summary>Whether nothing more happens to the intent unless late money arrives.</summary>
    public static bool IsClosed(string status) => status is Confirmed or Cancelled or Expired;
}
