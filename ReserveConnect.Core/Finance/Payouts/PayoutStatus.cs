namespace ReserveConnect.Finance.Payouts;

/// <summary>The statuses of a payout; <c>reserve.transition_payout</c> moves them.</summary>
public static class PayoutStatus
{
    /// <summary>Large: a supervisor has to agree.</summary>
    public const string PendingApproval = "pending_approval";

    /// <summary>To be sent.</summary>
    public const string Approved = "approved";

    /// <summary>Its operation is stored; the provider was asked, or is about to be.</summary>
    public const string Processing = "processing";

    /// <summary>The provider has not sent it; it is tried again, or waits for a person.</summary>
    public const string Failed = "failed";

    /// <summary>Sent, and in the books.</summary>
    public const string Completed = "completed";

    /// <summary>Sent, and come back; the books say both, and another payout pays it.</summary>
    public const string Returned = "returned";

    /// <summary>Never sent, and never will be; another payout pays it.</summary>
    public const string Rejected = "rejected";

    /// <summary>It came to less than nothing, which the next one takes over.</summary>
    public const string CarriedOver = "carried_over";

    /// <summary>Those of which something is still to be done.</summary>
    public static IReadOnlyList<string> UnderWay { get; } = [PendingApproval, Approved, Processing, Failed];

    /// <summary>Whether nothing can become of it any more.</summary>
    public static bool IsFinal(string status) => !UnderWay.Contains(status);
}
