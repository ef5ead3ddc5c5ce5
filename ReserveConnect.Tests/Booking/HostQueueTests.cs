using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Tests.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A marketplace that takes the Host for down after two calls that failed.</summary>
public sealed class WaryMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Booking:HostQueueTime", "00:20:00"),
        new("Reserve:HostConnect:CircuitMinimumCalls", "2"),
        new("Reserve:HostConnect:CircuitBreak", "00:00:01"),
    ];
}

/// <summary>A marketplace with so few guests that the Host's circuit never sees enough calls to open.</summary>
public sealed class QuietMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Booking:HostQueueTime", "00:20:00")];
}

/// <summary>One paid booking at night, and a Host that does not answer.</summary>
public sealed class LoneHostQueueTests(QuietMarketplace market) : IClassFixture<QuietMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("status", 503)]
    [InlineData("status", 429)]
    [InlineData("status", 401)]
    [InlineData("cut_after_work", 0)]
    public async Task It_waits_though_the_circuit_has_not_opened_and_is_booked_once(string kind, int status)
    {
        await Marketplace.FaultAsync(
            market.Host, status == 0 ? new { kind, path = "/v1/bookings*", count = 100_000 } : new { kind, status, path = "/v1/bookings*", count = 100_000 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());

        await SkipUntilAsync(async () => await market.ReadAsync<bool>(
            "SELECT status = 'host_commit_pending' AND host_queued_at IS NOT NULL FROM reserve.booking_intents WHERE id = @IntentId", held));
        await market.CalmAsync();
        await SkipUntilAsync(async () => await market.StatusAsync(held.IntentId) == "confirmed");

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId", held));
        await market.ExpectSoundAsync();
    }

    private Task SkipUntilAsync(Func<Task<bool>> isIt) => Marketplace.EventuallyAsync(
        async () =>
        {
            market.Clock.Advance(TimeSpan.FromSeconds(1));
            return await isIt();
        },
        () => $"it does not come: {market.Complaints}");
}

/// <summary>Paid bookings while the Host is known to be down.</summary>
public sealed class HostQueueTests(WaryMarketplace market) : IClassFixture<WaryMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task They_wait_their_guests_are_told_and_they_are_booked_when_it_is_back()
    {
        var stays = new List<Stay>();
        await HostIsDownAsync();
        var held = new List<Held>();
        for (var guests = 0; guests < 4; guests++)
        {
            held.Add(await market.PayByCardAsync(await market.FreeStayAsync()));
        }

        foreach (var booking in held)
        {
            await WaitsAsync(booking);
        }

        await market.CalmAsync();
        foreach (var booking in held)
        {
            await BookedAsync(booking);
            Assert.Null((await IntentAsync(booking)).Body["waits_for"]);
            Assert.Null((await PaymentAsync(booking))["waits_for"]);
            Assert.Equal(1, await market.ReadAsync<long>(
                "SELECT count(*) FROM reserve.events WHERE event_type = 'booking.waits_for_host' AND aggregate_id = @IntentId", booking));
        }

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Their_guest_is_written_to_once_and_one_who_waits_no_longer_is_not()
    {
        var (email, gone) = (People.NewEmail(), People.NewEmail());
        await HostIsDownAsync();
        var held = await PaidAsync(email);
        await WaitsAsync(held);

        var mail = Assert.Single(await market.MailsAsync(email, "waits_for_property"));
        Assert.Contains("aguarda a resposta", mail, StringComparison.Ordinal);
        Assert.Contains("waits for its answer", mail, StringComparison.Ordinal);

        // The provider of mail is down until the guest has left.
        await Marketplace.FaultAsync(market.Mail, new { kind = "status", status = 503, path = "/v3/mail/send", count = 100_000 });
        var left = await PaidAsync(gone);
        await WaitsAsync(left);
        Assert.Equal(HttpStatusCode.OK, (await market.LeaveAsync(left)).Status);
        await market.UntilAsync(left.IntentId, "cancelled");
        await market.CalmAsync();
        using var calm = await market.Mail.DeleteAsync("/control/faults");
        Assert.True(calm.IsSuccessStatusCode);
        await BookedAsync(held);
        await market.FreedAsync(left);
        await market.SkipSecondsUntilAsync(async () => await market.ReadAsync<bool>(
            "SELECT processed_at IS NOT NULL AND attempts > 1 FROM reserve.events WHERE event_type = 'booking.waits_for_host' AND aggregate_id = @IntentId", left));

        Assert.Single(await market.MailsAsync(email, "waits_for_property"));
        Assert.Empty(await market.MailsAsync(gone, "waits_for_property", count: 0));
    }

    [Fact]
    public async Task The_health_check_shows_whose_circuit_is_open_and_stays_ready()
    {
        await HostIsDownAsync();
        Assert.Equal("host_connect open, mercado_pago closed, sendgrid closed, stripe closed", await CircuitsAsync());

        await market.CalmAsync();
        var host = market.Services.GetRequiredService<HostConnectClient>();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(2));
                return (await host.FindBookingByKey($"{Guid.CreateVersion7()}", CancellationToken.None)).IsDone;
            },
            () => "the circuit does not close");
        Assert.Equal("host_connect closed, mercado_pago closed, sendgrid closed, stripe closed", await CircuitsAsync());
    }

    [Fact]
    public async Task They_do_not_wait_for_ever()
    {
        await HostIsDownAsync();
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await WaitsAsync(held);

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(1));
                return await market.StatusAsync(held.IntentId) == "host_commit_failed";
            },
            () => "it waits on");

        Assert.Null((await IntentAsync(held)).Body["waits_for"]);
        await market.CalmAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    private async Task<string> CircuitsAsync()
    {
        var health = await market.SendAsync(new(HttpMethod.Get, "/api/health"));
        Assert.Equal((HttpStatusCode.OK, "ready"), (health.Status, $"{health.Body["status"]}"));
        return string.Join(", ", health.Body["providers"]!.AsArray().Select(p => $"{p!["provider"]} {p["circuit"]}"));
    }

    private async Task HostIsDownAsync()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = 100_000 });
        var host = market.Services.GetRequiredService<HostConnectClient>();
        await Marketplace.EventuallyAsync(
            async () => await host.FindBookingByKey($"{Guid.CreateVersion7()}", CancellationToken.None) is ProviderAnswer<HostBooking?>.NotSent,
            () => "the circuit does not open");
    }

    private async Task<Held> PaidAsync(string email)
    {
        var held = await market.HoldAsync(await market.FreeStayAsync(), email);
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        return held;
    }

    private async Task WaitsAsync(Held held) => await Marketplace.EventuallyAsync(
        async () =>
        {
            var intent = await IntentAsync(held);
            return intent.Body["waits_for"]?.GetValue<string>() == "property_system"
                && $"{(await PaymentAsync(held))["waits_for"]}" == "property_system";
        },
        () => $"it does not wait: {market.Complaints}");

    private async Task BookedAsync(Held held) => await Marketplace.EventuallyAsync(
        async () =>
        {
            market.Clock.Advance(TimeSpan.FromSeconds(5));
            return await market.StatusAsync(held.IntentId) == "confirmed";
        },
        () => $"it is not booked: {market.Complaints}");

    // What the page of a guest who has just paid looks at.
    private async Task<JsonNode> PaymentAsync(Held held)
    {
        var answer = await market.SendAsync(new(HttpMethod.Get, $"/api/booking-intents/{held.IntentId}/payment"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }

    private async Task<Answer> IntentAsync(Held held)
    {
        var answer = await market.SendAsync(new(HttpMethod.Get, $"/api/booking-intents/{held.IntentId}"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer;
    }
}
