using ReserveConnect.Launcher.Commands;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Trials.Replay;
using Xunit;

namespace ReserveConnect.Tests.Trials;

public sealed class BookingFileTests
{
    [Fact]
    public void A_row_is_a_booking_with_its_days()
    {
        using var folder = new ScratchFolder();
        var path = MadeUpBookings.Write(
            folder.Path,
            "Resort Hotel,0,9,2016,February,28,1,2,2,NA,1,BB,PRT,Direct,A,D,4,No Deposit,0,Transient,81.5,0,Check-Out,3/2/2016",
            "Resort Hotel,1,0,2016,July,1,0,1,1,2,0,BB,PRT,Online TA,A,A,0,No Deposit,0,Transient,-6.38,0,Canceled,2016-07-01");

        var rows = BookingFile.Read(path);

        var came = new RealBooking(1, 9, new(2016, 2, 28), 3, 2, 0, 1, "Direct", "D", 4, RealEnd.CameAndLeft, new(2016, 3, 2), 81.5m);
        Assert.Equal([came, new(2, 0, new(2016, 7, 1), 1, 1, 2, 0, "Online TA", "A", 0, RealEnd.Cancelled, new(2016, 7, 1), -6.38m)], rows);
        Assert.Equal((new DateOnly(2016, 2, 19), new DateOnly(2016, 3, 2)), (came.BookedOn, came.Departure));
    }

    [Theory]
    [InlineData("lead_time", "-3")]
    [InlineData("lead_time", "soon")]
    [InlineData("adults", "100000")]
    [InlineData("arrival_date_month", "Brumaire")]
    [InlineData("arrival_date_day_of_month", "32")]
    [InlineData("assigned_room_type", "")]
    [InlineData("reservation_status", "Forgotten")]
    [InlineData("reservation_status_date", "2/30/2016")]
    [InlineData("adr", "much")]
    public void What_cannot_be_read_is_told_with_its_row(string column, string text)
    {
        using var folder = new ScratchFolder();
        var path = MadeUpBookings.Write(folder.Path, MadeUpBookings.Row(1), MadeUpBookings.Row(2, (column, text)));

        var refusal = Assert.Throws<UsageException>(() => BookingFile.Read(path));

        Assert.Contains("row", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cannot read", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_none_is_told()
    {
        using var folder = new ScratchFolder();
        string Told(string name, string text)
        {
            var path = Path.Combine(folder.Path, name);
            File.WriteAllText(path, text);
            return Assert.Throws<UsageException>(() => BookingFile.Read(path)).Message;
        }

        Assert.Contains("there is no column 'lead_time'", Told("other.csv", "a,b\n1,2\n"), StringComparison.Ordinal);
        Assert.Contains("there is no booking in it", Told("empty.csv", MadeUpBookings.Header + "\n"), StringComparison.Ordinal);
        Assert.NotEmpty(Told("unpacked.csv.gz", "no gzip"));
        Assert.Contains("nowhere.csv", Assert.Throws<UsageException>(() => BookingFile.Read(Path.Combine(folder.Path, "nowhere.csv"))).Message, StringComparison.Ordinal);
        Assert.NotEmpty(Assert.Throws<UsageException>(() => BookingFile.Read(folder.Path)).Message);
    }
}
