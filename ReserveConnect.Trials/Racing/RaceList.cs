using ReserveConnect.Trials.Races;

namespace ReserveConnect.Trials.Racing;

/// <summary>Every race there is.</summary>
internal static class RaceList
{
    public static IReadOnlyList<IRace> All { get; } =
    [
        new PaidLateRoomFree(),
        new PaidLateRoomSold(),
        new PaidTwice(),
        new ChargedButUnheard(),
        new BookedButUnheard(),
        new ReportBeforeCommit(),
        new RefundReportFirst(),
        new AllAtOnce(),
        new HostDown(),
    ];

    /// <summary>Races that run in one world, and so in the same batches; each with what its world needs.</summary>
    /// <param name="races">Which ones.</param>
    public static IEnumerable<IReadOnlyList<IRace>> ByWorld(IReadOnlyList<IRace> races) =>
        races.GroupBy(race => race.Settings.Count == 0 ? "" : race.Name).Select(world => (IReadOnlyList<IRace>)[.. world]);
}
