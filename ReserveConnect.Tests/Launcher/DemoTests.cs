using ReserveConnect.Launcher.Commands;
using ReserveConnect.Launcher.Demo;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_books_by_card_and_by_PIX_changes_and_cancels_gives_a_refused_stays_money_back_and_every_invariant_holds()
    {
        using var scratch = new ScratchFolder();
        await using var database = await TestDatabase.CreateEmptyAsync();
        var options = DemoCommand.Options() with
        {
            Folder = Path.Combine(scratch.Path, "demo"),
            LogFolder = Path.Combine(scratch.Path, "logs"),
            ConnectionString = database.ConnectionString,
            Fresh = false,
            Say = _ => { },
        };
        await using var stack = await Stack.StartAsync(options);
        await using var said = new StringWriter();

        var exitCode = await DemoRun.RunAsync(stack, said, TimeProvider.System, CancellationToken.None);

        Assert.True(exitCode == 0, said.ToString());
        Assert.Equal(1L, await Sql.ScalarAsync<long>(database.ConnectionString, "SELECT count(*) FROM reserve.reservations WHERE status = 'confirmed'"));
        Assert.Equal(1L, await Sql.ScalarAsync<long>(database.ConnectionString, "SELECT count(*) FROM reserve.reservations WHERE status = 'cancelled' AND guests_infants = 1"));
        Assert.Equal(1L, await Sql.ScalarAsync<long>(database.ConnectionString, "SELECT count(*) FROM reserve.booking_intents WHERE status = 'cancelled'"));
        Assert.Matches("all [0-9]+ invariants hold", said.ToString());
    }
}
