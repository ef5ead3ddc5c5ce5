using System.Net.Http.Json;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>Bookings, from the hold to their end.</summary>
[TakesLong]
public sealed class BookingKillTests(ITestOutputHelper output) : KillTest
{
    [Theory]
    [InlineData("card", false, "confirmed")]
    [InlineData("pix", true, "cancelled")]
    public async Task A_booking_whose_host_is_killed_at_every_commit_ends_as_if_it_had_not_been(string method, bool hostRefuses, string outcome)
    {
        var stay = await LoadCityAsync();
        if (hostRefuses)
        {
            using var refuse = await Client.PostAsJsonAsync(new Uri(HostConnect, "/control/bookings/refuse"), new { count = 100 });
            Assert.True(refuse.IsSuccessStatusCode);
        }

        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        var (intentId, _) = await BookAsync(stay, method, done.Token);
        await UntilAsync(intentId, outcome, done.Token);
        await done.CancelAsync();
        output.WriteLine($"{method}, {outcome}: killed {await deaths} times");

        await FinishAsync();

        Assert.True(await deaths > 8, "the host was hardly ever killed");
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts"));
        Assert.Equal(hostRefuses ? 0 : 1, await ReadAsync<long>("SELECT count(*) FROM reserve.reservations"));
        Assert.Equal(hostRefuses ? 1 : 0, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        await ExpectSoundAsync();
    }
}
