using System.Net;
using Xunit;

namespace ReserveConnect.Tests.Booking;

public sealed class BookingTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_card_payment_becomes_a_reservation_at_the_host_and_in_the_books()
    {
        var stay = await market.FreeStayAsync();

        var held = await market.PayByCardAsync(stay);
        await market.UntilAsync(held.IntentId, "confirmed");

        var code = await market.ReadAsync<string>(
            "SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { held.IntentId });
        var reservation = await market.SendAsync(new(HttpMethod.Get, $"/api/reservations/{code.ToLowerInvariant()}"));
        Assert.Equal(HttpStatusCode.OK, reservation.Status);
        Assert.Equal("confirmed", reservation.Body["status"]!.GetValue<string>());
        Assert.Equal(held.Total, reservation.Body["total"]!.GetValue<decimal>());
        Assert.Equal("a***@example.com", reservation.Body["guest_email"]!.GetValue<string>());
        Assert.Equal((0, 2), await market.RoomsAsync(stay));
        Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_pix_payment_becomes_a_reservation()
    {
        var stay = await market.FreeStayAsync();
        var held = await market.HoldAsync(stay);

        var payment = await market.BeginPaymentAsync(held, "pix");
        Assert.StartsWith("00020", payment["copy_paste_code"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal((0, 2), await market.RoomsAsync(stay));
        await market.ExpectSoundAsync();
    }
}
