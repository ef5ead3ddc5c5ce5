using ReserveConnect.Database;
using ReserveConnect.Finance;

namespace ReserveConnect.Trials.Replay;

/// <summary>What came of a replay. <see cref="Facts"/> is the same for the same file, rows and seed; <see cref="Figures"/> is not.</summary>
internal sealed record ReplayReport(Facts Facts, Figures Figures)
{
    /// <summary>Whether every row is accounted for, every invariant holds and nothing happened that should not.</summary>
    public bool Holds => Facts.Wrong.Count == 0;
}

/// <summary>What happened.</summary>
/// <param name="Rows">Rows that were read.</param>
/// <param name="NoStay">Rows that are no stay anybody could sell, by why.</param>
/// <param name="BookedLater">Booked later than in reality, because stays are not sold so far ahead.</param>
/// <param name="CancelledLater">And for that cancelled later, too.</param>
/// <param name="ChangesLeftOut">Changes of bookings that had more than are driven of one.</param>
/// <param name="NotBooked">Bookings that were asked for and refused, by why.</param>
/// <param name="Done">What was done how often.</param>
/// <param name="NotChanged">Changes that were refused, by why.</param>
/// <param name="Wrong">What is wrong; empty: nothing.</param>
internal sealed record Facts(
    int Rows,
    IReadOnlyDictionary<string, int> NoStay,
    int BookedLater,
    int CancelledLater,
    int ChangesLeftOut,
    IReadOnlyDictionary<string, int> NotBooked,
    IReadOnlyDictionary<string, int> Done,
    IReadOnlyDictionary<string, int> NotChanged,
    IReadOnlyDictionary<string, int> Reservations,
    IReadOnlyList<Occupancy> Occupancy,
    decimal Taken,
    IReadOnlyList<RefundSum> Refunds,
    IReadOnlyList<AccountBalance> TrialBalance,
    IReadOnlyList<CheckedInvariant> Invariants,
    IReadOnlyDictionary<string, int> OpenExceptions,
    IReadOnlyList<string> Wrong)
{
    public int Driven => Rows - NoStay.Values.Sum();

    /// <summary>All debits less all credits, BRL.</summary>
    public decimal Difference => TrialBalance.Sum(account => account.Debits - account.Credits);
}

/// <summary>An invariant after the replay.</summary>
/// <param name="Broken">Rows that break it.</param>
internal sealed record CheckedInvariant(string Name, long Broken, IReadOnlyList<string> Sample)
{
    public static CheckedInvariant Of(InvariantResult result) => new(result.Invariant.Name, result.Broken, result.Sample);
}

/// <summary>How full rooms were, from the first arrival to the last departure.</summary>
/// <param name="Kind">A room type, or <c>all</c>.</param>
internal sealed record Occupancy(string Kind, int Rooms, int NightsOffered, int NightsSold)
{
    public decimal Percent => NightsOffered == 0 ? 0 : decimal.Round(100m * NightsSold / NightsOffered, 1);
}

/// <summary>How fast, and in how much memory.</summary>
/// <param name="Span">Days from the first to the last.</param>
/// <param name="Days">Those of them on which there was something to do.</param>
/// <param name="Seconds">Of the replay itself, without the start of the system.</param>
/// <param name="ProcessorSeconds">Of this process: functions, stand-ins and guests; not the database.</param>
/// <param name="PeakResident">Bytes.</param>
internal sealed record Figures(
    int Span, int Days, double StartSeconds, double Seconds, double ProcessorSeconds, int Rows, long Requests, long PeakResident, IReadOnlyList<MemorySample> Memory)
{
    public double RowsPerSecond => Math.Round(Rows / Seconds, 1);

    public double RequestsPerSecond => Math.Round(Requests / Seconds, 1);
}
