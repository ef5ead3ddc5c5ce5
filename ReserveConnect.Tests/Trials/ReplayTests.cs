using System.Text.Json;
using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Leaks;
using ReserveConnect.Trials;
using ReserveConnect.Trials.Replay;
using ReserveConnect.Trials.World;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Trials;

/// <summary>Whole replays: of a month that was made up to be difficult, and of the first real bookings.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private static readonly (string, string) Late = ("lead_time", "0");

    // One room of the type B, two of A; what was cancelled is in the way of what came.
    private static readonly string[] Month =
    [
        MadeUpBookings.Row(10),
        MadeUpBookings.Row(10, ("booking_changes", "1")),
        MadeUpBookings.Row(12, ("booking_changes", "2"), ("market_segment", "Direct")),
        MadeUpBookings.Row(12, ("booking_changes", "3"), ("lead_time", "6")),
        MadeUpBookings.Cancelled(10, 9, ("lead_time", "5")),
        MadeUpBookings.Cancelled(14, 12, ("lead_time", "5"), ("market_segment", "Direct"), ("booking_changes", "3")),
        MadeUpBookings.Cancelled(14, 14, Late),
        MadeUpBookings.NoShow(15),
        MadeUpBookings.NoShow(16, ("market_segment", "Groups")),
        MadeUpBookings.Row(15, Late, ("reservation_status_date", "7/15/2016")),
        MadeUpBookings.Row(10, ("assigned_room_type", "B")),
        MadeUpBookings.Cancelled(11, 9, ("assigned_room_type", "B"), ("lead_time", "4")),
        MadeUpBookings.Cancelled(11, 10, ("assigned_room_type", "B"), ("lead_time", "3")),
        MadeUpBookings.Row(20, ("lead_time", "700")),
        MadeUpBookings.Row(20, ("stays_in_week_nights", "0")),
        MadeUpBookings.Row(20, ("adults", "0")),
        MadeUpBookings.Cancelled(20, 19, ("adults", "40")),
    ];

    [Fact]
    public async Task Every_booking_of_a_difficult_month_comes_to_its_end_and_the_same_seed_to_the_same()
    {
        using var folder = new ScratchFolder();
        var file = MadeUpBookings.Write(folder.Path, Month);

        var first = await ReplayAsync(new(file, null, 7, 8, null));
        var again = await ReplayAsync(new(file, null, 7, 8, null));

        Assert.True(first.Holds, ReplayPrint.Of(first));
        Assert.Equal(["a party larger than any that came in a room of its type", "no adult", "no night"], first.Facts.NoStay.Keys);
        Assert.Equal((17, 14, 1), (first.Facts.Rows, first.Facts.Driven, first.Facts.BookedLater));
        Assert.NotEmpty(first.Facts.NotBooked);
        Assert.Equal(["turned away"], first.Facts.NotBooked.Keys);
        Assert.True(first.Facts.Reservations["no_show"] > 0 && first.Facts.Reservations["completed"] > 0 && first.Facts.Reservations["cancelled"] > 0);
        Assert.Empty(first.Facts.OpenExceptions);
        Assert.Equal(JsonSerializer.Serialize(first.Facts), JsonSerializer.Serialize(again.Facts));
    }

    [Fact]
    [Trait("Needs", "shared")]
    public async Task The_first_real_bookings_are_all_accounted_for()
    {
        var report = await ReplayAsync(new(Path.Combine(TestFolders.Root, "..", "shared", "data", "resort-bookings.csv.gz"), 150, 1, 24, null));

        Assert.True(report.Holds, ReplayPrint.Of(report));
        Assert.Equal(150, report.Facts.Driven + report.Facts.NoStay.Values.Sum());
        Assert.Equal(0, report.Facts.Difference);
        Assert.NotEmpty(report.Facts.TrialBalance);
        Assert.NotEmpty(report.Figures.Memory);
    }

    [Fact]
    public async Task A_file_without_any_stay_is_told_before_anything_starts()
    {
        using var folder = new ScratchFolder();
        var file = MadeUpBookings.Write(folder.Path, MadeUpBookings.Row(20, ("stays_in_week_nights", "0")));

        var refusal = await Assert.ThrowsAsync<UsageException>(() => ReplayProgram.RunAsync(new(file, null, 1, 8, null), TextWriter.Null, CancellationToken.None));

        Assert.Contains("no row of it is a stay", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<ReplayReport> ReplayAsync(ReplayOptions options)
    {
        using var folder = new ScratchFolder();
        await using var database = await TestDatabase.CreateAsync();
        var replaying = new Replaying(options);
        await using var world = await TrialWorld.StartAsync(
            ReplayProgram.OptionsOf(database.ConnectionString, database.AppConnectionString, folder.Path, replaying) with { Logs = [new ScannedLog()] },
            CancellationToken.None);
        var report = await replaying.RunAsync(world, 0, CancellationToken.None);
        output.WriteLine(ReplayPrint.Of(report));
        return report;
    }
}
