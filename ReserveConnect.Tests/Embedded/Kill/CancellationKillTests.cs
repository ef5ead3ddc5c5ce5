using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>Cancellations of bookings that stand.</summary>
[TakesLong]
public sealed class CancellationKillTests(ITestOutputHelper output) : KillTest
{
    /// <summary>On the way of a cancellation more of a host's commits are of what it does besides.</summary>
    private const int LongestLifeOfCancelling = 6;

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_cancellation_whose_host_is_killed_at_every_commit_ends_as_if_it_had_not_been(string method)
    {
        var stay = await LoadCityAsync();
        var token = await BookUndisturbedAsync(stay, method);

        var code = await ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations");
        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token, LongestLifeOfCancelling);
        await InsistAsync(() => new(HttpMethod.Post, new Uri(Api, $"reservations/{code}/cancel")) { Headers = { Authorization = new("Bearer", token) } }, done.Token);
        while (await ReadAsync<string>("SELECT status FROM reserve.reservations") != "cancelled")
        {
            Assert.False(done.IsCancellationRequested, "the booking is not cancelled");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }

        await done.CancelAsync();
        output.WriteLine($"{method}, cancellation: killed {await deaths} times");
        await FinishAsync();

        Assert.True(await deaths > 5, "the host was hardly ever killed");
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.cancellations"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        Assert.Equal(0, await ReadAsync<long>("SELECT sum(bookings_count) FROM reserve.availability_calendar"));
        await ExpectSoundAsync();
    }
}
