using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Privacy;
using Xunit;

namespace ReserveConnect.Tests.Leaks;

/// <summary>A marketplace whose host logs all that it could be made to log, and no more.</summary>
public sealed class TalkativeMarketplace : Marketplace
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Logging:LogLevel:Default", "Trace")];
}

/// <summary>All that a guest and the providers may do, with the log at its loudest: nothing of it names the guest or opens anything.</summary>
public sealed class GuestsLifeTests(TalkativeMarketplace market) : IClassFixture<TalkativeMarketplace>
{
    [Fact]
    public async Task Nothing_personal_and_no_secret_is_logged_in_a_guests_whole_life()
    {
        var before = LeakWatch.Findings.Keys.ToHashSet();
        var looked = Interlocked.Read(ref LeakWatch.Looked);

        var guest = await market.NewGuestAsync();
        await market.RegisterAsync(guest.Email);
        await market.LoginAsync(guest.Email, "not the password");
        var login = Person.Of(guest.Email, await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email)));
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/refresh", new { refresh_token = login.Refresh }));
        await market.PostAsync("accounts/refresh", new { refresh_token = login.Refresh });
        await market.PostAsync("accounts/password-reset", new { email = guest.Email });
        await market.PostAsync("accounts/verify-email", new { token = login.Refresh, password = People.Password });
        await market.GetAsync("accounts/me", $"{login.Access}x");

        var card = await market.BookAsync(guest.Email, guest.Access);
        await market.BookAsync(guest.Email, null, "pix");
        await DeclinedAsync(guest);
        await RefundedAsync(guest);
        await FailingProvidersAsync(guest);
        await market.StripeReportsAsync($$"""{"id":"evt_x","object":"event","type":"x","created":1,"data":{"object":{"id":"pi_x","receipt_email":"{{guest.Email}}"} } }""");

        var code = await market.ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { card.IntentId });
        await market.PostAsync("reservations/access", new { confirmation_code = code, email = guest.Email });
        await market.GetAsync("accounts/me/personal-data", guest.Access);
        await market.EraseAsync(guest, "not the password");
        await market.EraseAsync(guest);
        await BrokenAsync(guest);

        Assert.True(Interlocked.Read(ref LeakWatch.Looked) > looked + 100, "nothing was looked through");
        var found = LeakWatch.Findings.Where(finding => !before.Contains(finding.Key)).Select(finding => $"{finding.Key.Kind} in {finding.Value}: {finding.Key.Found}");
        Assert.Equal([], found);
    }

    private async Task DeclinedAsync(Person guest)
    {
        var held = await market.HoldAsync(guest.Email, guest.Access);
        await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card"), "4000000000000002");
        await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        await market.UntilAsync(held.IntentId, "cancelled");
    }

    // The Host says no to what was paid.
    private async Task RefundedAsync(Person guest)
    {
        var held = await market.HoldAsync(guest.Email, guest.Access);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 409, path = "/v1/bookings", count = 1 });
        await market.PayPixAsync(await market.BeginPaymentAsync(held, "pix"));
        await market.UntilAsync(held.IntentId, "cancelled", "host_commit_failed", "refund_pending", "confirmed");
        await market.CalmAsync();
    }

    private async Task FailingProvidersAsync(Person guest)
    {
        foreach (var (system, method) in new[] { (market.Stripe, "card"), (market.MercadoPago, "pix") })
        {
            var held = await market.HoldAsync(guest.Email, guest.Access);
            await Marketplace.FaultAsync(system, new { kind = "status", status = 500, path = "/v1/*", count = (int?)null });
            await market.SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/{method}"));
            await market.CalmAsync();
        }
    }

    // The database is not as the functions expect it.
    private async Task BrokenAsync(Person guest)
    {
        await using var connection = await market.OpenAsync();
        await Dapper.SqlMapper.ExecuteAsync(connection, "ALTER TABLE reserve.accounts RENAME COLUMN email TO mail");
        try
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await market.LoginAsync(guest.Email)).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await market.RegisterAsync(guest.Email)).Status);
        }
        finally
        {
            await Dapper.SqlMapper.ExecuteAsync(connection, "ALTER TABLE reserve.accounts RENAME COLUMN mail TO email");
        }
    }
}
