using System.Net;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Privacy;

public sealed class ExportTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_guest_gets_everything_that_is_held_and_is_told_why_and_who_else_has_it()
    {
        var guest = await market.NewGuestAsync();
        var card = await market.BookAsync(guest.Email, guest.Access);
        var pix = await market.BookAsync(guest.Email, null, "pix");
        var left = await market.HoldAsync(guest.Email, guest.Access);
        var stranger = await market.HoldAsync(guest.Email, null);

        var copy = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/personal-data", guest.Access));

        Assert.Equal(guest.Email, copy["account"]!["email"]!.GetValue<string>());
        Assert.Equal(guest.Email, copy["traveler"]!["email"]!.GetValue<string>());
        Assert.Equal(
            new[] { card.IntentId, pix.IntentId, left.IntentId }.Order(),
            copy["booking_intents"]!.AsArray().Select(intent => intent!["booking_intent_id"]!.GetValue<Guid>()).Order());
        Assert.Equal(stranger.IntentId, Assert.Single(copy["intents_under_your_address"]!.AsArray())!["booking_intent_id"]!.GetValue<Guid>());
        Assert.Equal(2, copy["reservations"]!.AsArray().Count);
        Assert.All(copy["reservations"]!.AsArray(), booking => Assert.Equal(GuestsLife.Wish, booking!["special_requests"]!.GetValue<string>()));
        var payments = copy["payments"]!.AsArray();
        Assert.Equal(["card", "pix"], payments.Select(payment => payment!["method"]!.GetValue<string>()).Select(method => method == "pix" ? "pix" : "card").Order());
        Assert.Equal("4242", payments.Single(payment => payment!["method"]!.GetValue<string>() != "pix")!["card_last4"]!.GetValue<string>());
        Assert.NotEmpty(copy["sessions"]!.AsArray());
        Assert.Contains(copy["mails"]!.AsArray(), mail => mail!["purpose"]!.GetValue<string>() == "verify_email");
        Assert.Contains(copy["audit_trail"]!.AsArray(), entry => entry!["action"]!.GetValue<string>() == "personal_data_exported");
        Assert.NotEmpty(copy["processing"]!.AsArray());
        Assert.Equal(4, copy["recipients"]!.AsArray().Count);
    }

    [Fact]
    public async Task Nothing_of_anybody_else_is_in_it_and_no_secret()
    {
        var (guest, other) = (await market.NewGuestAsync(), await market.NewGuestAsync());
        await market.BookAsync(other.Email, other.Access, "pix");
        await market.BookAsync(guest.Email, guest.Access, "pix");

        var copy = (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/personal-data", guest.Access))).ToJsonString();

        Assert.DoesNotContain(other.Email, copy, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(other.AccountId.ToString(), copy, StringComparison.Ordinal);
        Assert.DoesNotContain(Leaks.LeakScanner.Scan(copy), leak => leak.Kind != "e-mail");
    }

    [Fact]
    public async Task Only_a_guest_with_an_account_gets_one()
    {
        var admin = await market.NewAdminAsync();
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "authentication_required", market.GetAsync("accounts/me/personal-data"));
        await People.ExpectAnswerAsync(HttpStatusCode.Forbidden, market.GetAsync("accounts/me/personal-data", admin.Access));
    }
}
