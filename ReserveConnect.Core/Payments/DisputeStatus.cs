namespace ReserveConnect.Payments;

/// <summary>The states of a dispute: the provider's, of which <see cref="Won"/> also says that the money is back.</summary>
public static class DisputeStatus
{
    /// <summary>The bank asks; no money has moved.</summary>
    public const string WarningNeedsResponse = "warning_needs_response";
    public const string WarningUnderReview = "warning_under_review";
    public const string WarningClosed = "warning_closed";
    public const string NeedsResponse = "needs_response";
    public const string UnderReview = "under_review";
    public const string Won = "won";
    public const string Lost = "lost";
    public const string Prevented = "prevented";

    private static readonly string[] Final = [WarningClosed, Won, Lost, Prevented];

    /// <summary>Every legal move; the database holds the same list and enforces it.</summary>
    public static IReadOnlySet<(string From, string To)> Moves { get; } = new HashSet<(string, string)>
    {
        (WarningNeedsResponse, WarningUnderReview),
        (WarningNeedsResponse, WarningClosed),
        (WarningNeedsResponse, NeedsResponse),
        (WarningNeedsResponse, UnderReview),
        (WarningNeedsResponse, Won),
        (WarningNeedsResponse, Lost),
        (WarningNeedsResponse, Prevented),
        (WarningUnderReview, WarningClosed),
        (WarningUnderReview, NeedsResponse),
        (WarningUnderReview, UnderReview),
        (WarningUnderReview, Won),
        (WarningUnderReview, Lost),
        (WarningUnderReview, Prevented),
        (NeedsResponse, UnderReview),
        (NeedsResponse, Won),
        (NeedsResponse, Lost),
        (NeedsResponse, Prevented),
        (UnderReview, Won),
        (UnderReview, Lost),
        (UnderReview, Prevented),
        (WarningClosed, NeedsResponse),
        (WarningClosed, UnderReview),
        (WarningClosed, Won),
        (WarningClosed, Lost),
        (Lost, Won),
    };

    /// <summary>Whether nobody waits for anything any more.</summary>
    public static bool IsFinal(string status) => Final.Contains(status);

    /// <summary>
    /// Whether a dispute that stands at one state goes on to what the provider said. What it said may be old: a move that
    /// is not forward is none. Once the bank had left it at asking, only money that was taken since opens it again. That a loss
    /// is won after all needs no news of money: it may have been seen on its way back before.
    /// </summary>
    public static bool GoesOn(string from, string to, bool hasNewMoney) =>
        Moves.Contains((from, to)) && (!IsFinal(from) || hasNewMoney || (from, to) == (Lost, Won));
}
