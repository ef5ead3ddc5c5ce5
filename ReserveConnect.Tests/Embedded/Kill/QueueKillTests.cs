using System.Net.Http.Json;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>Guests who leave while their paid bookings wait for a Host that books and whose answers are lost.</summary>
[TakesLong]
public sealed class QueueKillTests(ITestOutputHelper output) : KillTest
{
    private protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Booking:HostQueueTime", "00:20:00"),
        new("Reserve:Booking:HostQueueInterval", "00:00:00.200"),
        new("Reserve:Booking:HostCommitTries", "1"),
        new("Reserve:Booking:CompensationFirstBackoff", "00:00:00.200"),
    ];

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_guest_who_leaves_while_ours_is_killed_at_every_commit_gets_all_back_and_nothing_is_booked(string method)
    {
        var stay = await LoadCityAsync();
        using var lost = await Client.PostAsJsonAsync(new Uri(HostConnect, "/control/faults"), new { kind = "cut_after_work", path = "/v1/bookings*", count = (int?)null });
        Assert.True(lost.IsSuccessStatusCode);

        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        var (intentId, token) = await BookAsync(stay, method, done.Token);
        while (!await ReadAsync<bool>("SELECT status = 'host_commit_pending' AND host_queued_at IS NOT NULL FROM reserve.booking_intents"))
        {
            Assert.False(done.IsCancellationRequested, "it does not wait");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }

        await InsistAsync(
            () => new(HttpMethod.Delete, new Uri(Api, $"booking-intents/{intentId}")) { Headers = { Authorization = new("Bearer", token) } }, done.Token);
        await UntilAsync(intentId, "cancelled", done.Token);
        await done.CancelAsync();
        output.WriteLine($"{method}, left: killed {await deaths} times");
        using var calm = await Client.DeleteAsync(new Uri(HostConnect, "/control/faults"));
        Assert.True(calm.IsSuccessStatusCode);
        await FinishAsync();

        Assert.True(await deaths > 5, "the host was hardly ever killed");
        Assert.Equal("cancelled_by_guest", await ReadAsync<string>("SELECT closed_reason FROM reserve.booking_intents"));
        Assert.Equal(0, await ReadAsync<long>("SELECT count(*) FROM reserve.reservations"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        Assert.Equal(0m, await ReadAsync<decimal>("SELECT sum(amount_received) FROM reserve.payment_attempts") - await ReadAsync<decimal>("SELECT sum(amount) FROM reserve.refunds"));
        Assert.Equal(0, await ReadAsync<long>("SELECT sum(temp_holds + bookings_count) FROM reserve.availability_calendar"));
        Assert.Equal("cancelled", await StatusAtHostAsync(intentId));
        await ExpectSoundAsync();
    }

    private async Task<string> StatusAtHostAsync(Guid intentId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(HostConnect, $"/v1/bookings/by-key/{intentId}")) { Headers = { Authorization = new("Bearer", "hc_sandbox_key") } };
        using var response = await Client.SendAsync(request);
        return (await response.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>())!["status"]!.GetValue<string>();
    }
}
