using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class GuestBookingsTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Bookings_from_before_the_account_appear_once_the_address_is_proven()
    {
        var email = People.NewEmail();
        var intent = await BookAsync(email.ToUpperInvariant(), null);

        var guest = await market.NewGuestAsync(email);

        var booking = Assert.Single(await BookingsAsync(guest));
        Assert.Equal(await CodeAsync(intent), booking!["confirmation_code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_booking_made_without_logging_in_appears_too()
    {
        var guest = await market.NewGuestAsync();
        await BookAsync(guest.Email, null);

        Assert.Single(await BookingsAsync(guest));
    }

    [Fact]
    public async Task A_booking_made_with_the_account_for_another_address_is_the_accounts()
    {
        var (guest, other) = (await market.NewGuestAsync(), await market.NewGuestAsync());
        await BookAsync(People.NewEmail(), guest);

        Assert.Single(await BookingsAsync(guest));
        Assert.Empty(await BookingsAsync(other));
    }

    [Fact]
    public async Task Bookings_of_an_address_that_is_not_proven_appear_for_nobody()
    {
        var email = People.NewEmail();
        await BookAsync(email, null);
        await market.RegisterAsync(email);

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.accounts WHERE email = @email AND traveler_id IS NOT NULL", new { email }));
    }

    [Fact]
    public async Task The_list_comes_in_pages_the_newest_first()
    {
        var guest = await market.NewGuestAsync();
        for (var booked = 0; booked < 3; booked++)
            await BookAsync(guest.Email, guest);

        var first = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/bookings?limit=2", guest.Access));
        var second = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync($"accounts/me/bookings?limit=2&cursor={first["next_cursor"]!.GetValue<Guid>()}", guest.Access));

        var times = first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => item!["booked_at"]!.GetValue<DateTimeOffset>()).ToList();
        Assert.Equal(3, times.Count);
        Assert.Equal(times.OrderDescending(), times);
        Assert.Null(second["next_cursor"]);
    }

    [Fact]
    public async Task Nobody_without_an_account_has_a_list() =>
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "authentication_required", market.GetAsync("accounts/me/bookings"));

    private async Task<JsonArray> BookingsAsync(Person guest) =>
        (await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/bookings", guest.Access)))["items"]!.AsArray();

    private async Task<Guid> BookAsync(string email, Person? with)
    {
        var stay = await market.FreeStayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = stay.UnitId, check_in = stay.CheckIn, check_out = stay.CheckOut, adults = 1,
                guest = new { email, first_name = "Ana", last_name = "Souza" },
            }),
        };
        if (with is not null)
            request.Headers.Authorization = new("Bearer", with.Access);
        var answer = await People.ExpectAsync(HttpStatusCode.Created, market.SendAsIsAsync(request));
        var held = new Held(answer["booking_intent_id"]!.GetValue<Guid>(), stay, answer["total"]!.GetValue<decimal>());
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(await market.BeginPaymentAsync(held, "card")));
        await market.UntilAsync(held.IntentId, "confirmed");
        return held.IntentId;
    }

    private Task<string> CodeAsync(Guid intentId) =>
        market.ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @intentId", new { intentId });
}
