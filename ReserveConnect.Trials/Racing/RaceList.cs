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
    ];
}
