using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Changes that are not made, and what is said.</summary>
public sealed class RefusedModificationTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task Onto_the_same_stay_into_the_past_or_for_too_many_is_refused()
    {
        var booking = await market.BookAsync(await market.FreeWindowAsync(2), nights: 2);
        var stay = booking.Held.Stay;

        await RefusedAsync(booking, new { check_in = stay.CheckIn, check_out = stay.CheckOut }, HttpStatusCode.UnprocessableEntity, "nothing_changes");
        await RefusedAsync(booking, new { }, HttpStatusCode.UnprocessableEntity, "nothing_changes");
        await RefusedAsync(booking, new { check_in = "2020-01-01", check_out = "2020-01-03" }, HttpStatusCode.UnprocessableEntity, "dates_in_past");
        await RefusedAsync(booking, new { check_out = stay.CheckIn }, HttpStatusCode.BadRequest, "check_out_not_after_check_in");
        await RefusedAsync(booking, new { adults = 99 }, HttpStatusCode.UnprocessableEntity, "too_many_guests");
        await RefusedAsync(booking, new { adults = 0 }, HttpStatusCode.UnprocessableEntity, "guests_invalid");
        await RefusedAsync(booking, new { unit_id = Guid.CreateVersion7() }, HttpStatusCode.NotFound, "unit_not_found");
        await RefusedAsync(booking, new { check_in = "2090-01-01", check_out = "2090-01-03" }, HttpStatusCode.UnprocessableEntity, "beyond_calendar");
        var elsewhere = await market.FreeStayAsync(notAt: await market.ReadAsync<Guid>("SELECT property_id FROM reserve.unit_map WHERE id = @UnitId", stay));
        await RefusedAsync(booking, new { unit_id = elsewhere.UnitId }, HttpStatusCode.UnprocessableEntity, "other_property");

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId", booking));
    }

    [Fact]
    public async Task Nights_that_others_have_are_named_and_nothing_is_held()
    {
        var window = await market.FreeWindowAsync(4, rooms: 1);
        var booking = await market.BookAsync(window, nights: 2);
        await market.BookAsync(window, nights: 1, after: 3);

        var answer = await market.AskToMoveAsync(booking, new { check_out = window.To });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("not_available", answer.Body["code"]!.GetValue<string>());
        Assert.Equal([$"{window.From.AddDays(3):yyyy-MM-dd}"], answer.Body["nights"]!.AsArray().Select(night => $"{night}"));
        var quote = await market.QuoteMoveAsync(booking, new { check_out = window.To });
        Assert.Equal(HttpStatusCode.OK, quote.Status);
        Assert.False(quote.Body["is_available"]!.GetValue<bool>());
        Assert.Single(quote.Body["unavailable_nights"]!.AsArray());
        Assert.Equal((0, 3), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Another_price_than_was_shown_is_told_and_nothing_is_changed()
    {
        var window = await market.FreeWindowAsync(3);
        var booking = await market.BookAsync(window, nights: 2);

        var answer = await market.AskToMoveAsync(booking, new { check_out = window.To, expected_difference = 0.01m });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("quote_changed", answer.Body["code"]!.GetValue<string>());
        var difference = answer.Body["quote"]!["price"]!["difference"]!.GetValue<decimal>();
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        Assert.Equal(HttpStatusCode.Accepted, (await market.AskToMoveAsync(booking, new { check_out = window.To, expected_difference = difference })).Status);
    }

    [Fact]
    public async Task After_check_in_or_cancellation_nothing_is_changed()
    {
        var window = await market.FreeWindowAsync(3);
        var booking = await market.BookAsync(window, nights: 2);
        await market.ReadAsync<object>(
            "SELECT reserve.transition_reservation(@ReservationId, 'confirmed', 'checked_in', 'test', 'test', now())", booking);
        await RefusedAsync(booking, new { check_out = window.To }, HttpStatusCode.Conflict, "already_checked_in");

        var other = await market.BookAsync(await market.FreeWindowAsync(2), nights: 2);
        await market.CancelAsync(other);
        await RefusedAsync(other, new { adults = 2 }, HttpStatusCode.Conflict, "already_cancelled");
        await market.UntilAsync(other, "cancelled");
        await RefusedAsync(other, new { adults = 2 }, HttpStatusCode.Conflict, "already_cancelled");
    }

    [Fact]
    public async Task Nobody_changes_or_sees_the_change_of_anothers_booking()
    {
        var window = await market.FreeWindowAsync(3);
        var booking = await market.BookAsync(window, nights: 2);
        var stranger = await market.BookAsync(await market.FreeWindowAsync(2), nights: 2);
        foreach (var action in new[] { "modify", "modification-quote" })
        {
            var refused = await market.SendAsync(new(HttpMethod.Post, $"/api/reservations/{booking.Code}/{action}")
            {
                Headers = { Authorization = new("Bearer", market.TokenOf(stranger.Held.IntentId)) },
                Content = JsonContent.Create(new { check_out = window.To }),
            });
            Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        }

        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        Assert.Equal(HttpStatusCode.NotFound, await SeesAsync(change, stranger));
        Assert.Equal(HttpStatusCode.OK, await SeesAsync(change, booking));
    }

    [Fact]
    public async Task The_same_change_asked_for_again_after_it_was_made_has_the_same_answer_and_later_changes_nothing()
    {
        var window = await market.FreeWindowAsync(2);
        var booking = await market.BookAsync(window, nights: 2);
        var made = await market.MoveAsync(booking, new { infants = 1 });

        var again = await market.BeginMoveAsync(booking, new { infants = 1 });

        Assert.Equal(made.IntentId, again.IntentId);
        Assert.Equal("nothing_changes", $"{(await market.AskToMoveAsync(booking, new { infants = 1, expected_difference = 1m })).Body["code"]}");
        market.Clock.Advance(TimeSpan.FromMinutes(11));
        await RefusedAsync(booking, new { infants = 1 }, HttpStatusCode.UnprocessableEntity, "nothing_changes");
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId", booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task While_a_change_is_under_way_no_other_is_begun_until_it_is_abandoned()
    {
        var window = await market.FreeWindowAsync(3);
        var booking = await market.BookAsync(window, nights: 2);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });

        var second = await market.AskToMoveAsync(booking, new { adults = 2 });
        Assert.Equal("modification_under_way", second.Body["code"]!.GetValue<string>());
        Assert.Equal(change.IntentId, second.Body["booking_intent_id"]!.GetValue<Guid>());
        Assert.Equal(change.IntentId, (await market.BeginMoveAsync(booking, new { check_out = window.To })).IntentId);

        var abandoned = await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{change.IntentId}")
        {
            Headers = { Authorization = new("Bearer", market.TokenOf(booking.Held.IntentId)) },
        });
        Assert.Equal("cancelled", abandoned.Body["status"]!.GetValue<string>());
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        Assert.Equal(HttpStatusCode.Accepted, (await market.CancelAsync(booking)).Status);
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
    }

    private async Task<HttpStatusCode> SeesAsync(Change change, Stands who) =>
        (await market.SendAsync(new(HttpMethod.Get, $"/api/booking-intents/{change.IntentId}")
        {
            Headers = { Authorization = new("Bearer", market.TokenOf(who.Held.IntentId)) },
        })).Status;

    private async Task RefusedAsync(Stands booking, object body, HttpStatusCode status, string code)
    {
        foreach (var answer in new[] { await market.AskToMoveAsync(booking, body), await market.QuoteMoveAsync(booking, body) })
        {
            Assert.True(answer.Status == status, $"{code}: {answer.Status} {answer.Body}\n{market.Complaints}");
            Assert.Equal(code, answer.Body["code"]!.GetValue<string>());
        }
    }
}
