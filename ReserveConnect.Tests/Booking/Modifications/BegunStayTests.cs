using System.Net;
using Dapper;
using ReserveConnect.Inventory;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking.Stays;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Changes of stays that begin, have begun, or end while the change is on its way: a room that is slept in is nobody else's.</summary>
public sealed class BegunStayTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("shifted", "card")]
    [InlineData("shifted", "pix")]
    [InlineData("other unit", "card")]
    public async Task Whoever_checks_in_before_paying_for_another_stay_keeps_the_room_and_gets_the_money_back(string how, string method)
    {
        var (booking, window, other) = await ComingAsync();
        market.GoTo(window.From, 13, 50);
        var change = await market.BeginMoveAsync(
            booking,
            how == "shifted"
                ? new { check_in = window.From.AddDays(1), check_out = window.To, unit_id = window.UnitId }
                : new { check_in = window.From, check_out = window.To, unit_id = other });
        Assert.True(change.Due > 0);
        await CheckInAsync(booking);

        await market.PayAsync(booking, change, method);
        await market.UntilAsync(change.IntentId, "cancelled");

        await UntouchedAsync(booking, change, "checked_in");
    }

    [Fact]
    public async Task A_change_to_a_shorter_stay_that_waits_for_the_host_is_given_up_when_its_guest_checks_in()
    {
        var (booking, window, _) = await ComingAsync();
        market.GoTo(window.From, 13, 50);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.From.AddDays(1) });
        await CheckInAsync(booking);
        await market.CalmAsync();

        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");
        await market.SkipUntilAsync(async () => await market.StayAtHostAsync(booking) == booking.Held.Stay, "the Host has the change still");

        await UntouchedAsync(booking, change, "checked_in");
    }

    [Fact]
    public async Task A_guest_who_checks_in_while_the_host_moves_the_stay_keeps_the_room_there_too()
    {
        var (booking, window, _) = await ComingAsync();
        market.GoTo(window.From, 13, 50);
        var change = await market.BeginMoveAsync(booking, new { check_in = window.From.AddDays(1), check_out = window.To });
        await Marketplace.FaultAsync(market.Host, new { kind = "slow_answer", method = "PATCH", path = "/v1/bookings/*", count = 1, delay_ms = 1500 });
        await market.PayAsync(booking, change);
        await Marketplace.EventuallyAsync(async () => (await market.StayAtHostAsync(booking)).CheckIn == window.From.AddDays(1), () => "the Host was not asked");
        await CheckInAsync(booking);

        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");
        await market.SkipUntilAsync(async () => await market.StayAtHostAsync(booking) == booking.Held.Stay, "the Host has the change still");

        await UntouchedAsync(booking, change, "checked_in");
    }

    [Fact]
    public async Task A_guest_who_checked_in_may_have_the_nights_that_were_being_added()
    {
        var (booking, window, _) = await ComingAsync();
        market.GoTo(window.From, 13, 50);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await CheckInAsync(booking);

        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "confirmed");

        Assert.Equal(booking.Held.Stay with { CheckOut = window.To }, await market.StayAtHostAsync(booking));
        Assert.Equal("checked_in", await market.ReservationStatusAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_gives_back_the_nights_of_a_change_whose_answer_was_lost_when_its_guest_has_left_meanwhile()
    {
        var (booking, window, _) = await ComingAsync();
        market.GoTo(window.From, 13, 50);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await CheckInAsync(booking);
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", count = 3 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<int>("SELECT coalesce(max(tries), 0) FROM reserve.provider_operations WHERE booking_intent_id = @IntentId", change) > 0
                || await market.StatusAsync(change.IntentId) == "host_commit_pending",
            () => "the Host is not asked");
        var left = await market.PostAsync($"reservations/{booking.Code}/check-out", new { }, await AgentAsync());
        Assert.True(left.Status == HttpStatusCode.OK, $"{left.Status} {left.Body}");

        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");
        Assert.Equal("open", await UndoExceptionAsync(change));
        await market.CalmAsync();
        await market.SkipUntilAsync(async () => await UndoExceptionAsync(change) == "resolved", "the undo does not end");

        await UntouchedAsync(booking, change, "checked_out");
    }

    [Fact]
    public async Task While_a_cancellation_is_with_the_host_an_undo_is_not_taken_for_done()
    {
        var (booking, window, _) = await ComingAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", count = 3 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "GET", path = "/v1/bookings/*", count = (int?)null });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await market.PayAsync(booking, change);
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "host_commit_failed", "the Host's silence is not noted");
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) == "cancelled", "the change does not end");
        // The Host is silent for a while, and then keeps the booking.
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "POST", path = "/v1/bookings/*/cancel", count = 2 });
        await Marketplace.FaultAsync(market.Host, new
        {
            kind = "status", status = 409, method = "POST", path = "/v1/bookings/*/cancel", count = (int?)null,
            body = new { type = "about:blank", title = "No", status = 409, code = "cancellation_refused", detail = "The guest has arrived." },
        });

        Assert.Equal(HttpStatusCode.Accepted, (await market.CancelAsync(booking)).Status);
        await market.SkipUntilAsync(async () => await market.ReservationStatusAsync(booking) == "confirmed", "the cancellation is not rejected");
        await market.CalmAsync();
        await market.SkipUntilAsync(async () => await UndoExceptionAsync(change) == "resolved", "the undo does not end");

        await UntouchedAsync(booking, change, "confirmed");
    }

    [Fact]
    public async Task A_stay_that_has_begun_is_not_moved_away_from_its_fee_but_may_be_made_longer()
    {
        var (booking, window, other) = await ComingAsync();
        market.GoTo(window.From.AddDays(1), 11);

        var past = await market.AskToMoveAsync(booking, new { check_in = window.From.AddDays(-1) });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "dates_in_past"), (past.Status, $"{past.Body["code"]}"));
        foreach (var moved in new object[] { new { check_in = window.From.AddDays(2), check_out = window.To }, new { unit_id = other } })
        {
            var refused = await market.AskToMoveAsync(booking, moved);
            Assert.Equal((HttpStatusCode.Conflict, "stay_has_begun"), (refused.Status, $"{refused.Body["code"]}"));
            Assert.Equal("stay_has_begun", $"{(await market.QuoteMoveAsync(booking, moved)).Body["code"]}");
        }

        await market.MoveAsync(booking, new { check_out = window.To });
        Assert.Equal(booking.Held.Stay with { CheckOut = window.To }, await market.StayAtHostAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Whoever_has_paid_for_more_nights_is_no_no_show_while_the_host_is_asked()
    {
        var (booking, window, _) = await ComingAsync();
        market.GoTo(window.From.AddDays(1), 11, 50);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "host_commit_pending", "host_commit_failed");
        market.GoTo(window.From.AddDays(1), 12);

        await market.ProcessStaysAsync();
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));

        await market.CalmAsync();
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) is "confirmed" or "cancelled", "the change does not end");
        await market.ProcessStaysAsync();
        Assert.Equal("no_show", await market.ReservationStatusAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Checked_in_and_moved_at_once_a_guest_has_one_stay_here_and_at_the_host()
    {
        var random = new Random(TestSeed.Or(20261126));
        for (var round = 0; round < 3; round++)
        {
            var (booking, window, _) = await ComingAsync();
            market.GoTo(window.From, 13, 50);
            var change = await market.BeginMoveAsync(booking, new { check_in = window.From.AddDays(random.Next(2)), check_out = window.To });
            var agent = await AgentAsync();
            var paid = market.PayAsync(booking, change);
            await Task.Delay(random.Next(0, 250));
            var checkIn = await market.PostAsync($"reservations/{booking.Code}/check-in", new { }, agent);
            await paid;

            await market.SkipUntilAsync(async () => await market.StatusAsync(change.IntentId) is "confirmed" or "cancelled", "the change does not end");
            var stands = await market.StayAsync(booking);
            await market.SkipUntilAsync(async () => await market.StayAtHostAsync(booking) == stands, "the Host has another stay");
            Assert.True(checkIn.Status != HttpStatusCode.OK || stands.CheckIn == window.From, "the room of a guest who is there was given away");
            Assert.Equal(
                await market.TotalAsync(booking), await market.MoneyAtProvidersAsync(booking.Held.IntentId) + await market.MoneyAtProvidersAsync(change.IntentId));
            await market.ExpectSoundAsync();
        }
    }

    // Two nights of four that are free in two units of a property, soon.
    private async Task<(Stands Booking, Window Window, Guid Other)> ComingAsync()
    {
        var today = CityDay.At(market.Clock.GetUtcNow(), StayMarket.Zone);
        Window window;
        Guid other;
        await using (var connection = await market.OpenAsync())
        {
            (var unitId, other, var from) = await connection.QueryFirstAsync<(Guid, Guid, DateOnly)>(
                """
                WITH free AS (
                    SELECT u.property_id, c.unit_id, c.date
                    FROM reserve.availability_calendar c
                    JOIN reserve.unit_map u ON u.id = c.unit_id AND u.is_active
                    WHERE c.date BETWEEN @from AND @from + 40
                      AND 5 = (
                          SELECT count(*)
                          FROM reserve.availability_calendar n
                          WHERE n.unit_id = c.unit_id
                            AND n.date BETWEEN c.date AND c.date + 4
                            AND n.is_available
                            AND n.min_stay = 1
                            AND n.max_stay >= 4
                            AND NOT n.closed_to_arrival
                            AND NOT n.closed_to_departure
                            AND n.bookings_count = 0
                            AND n.temp_holds = 0
                            AND n.effective_allotment > 0)
                      AND NOT EXISTS (SELECT 1 FROM reserve.booking_intents i WHERE i.unit_id = c.unit_id))
                SELECT a.unit_id, b.unit_id, a.date
                FROM free a
                JOIN free b ON b.property_id = a.property_id AND b.date = a.date AND b.unit_id <> a.unit_id
                ORDER BY a.date, a.unit_id, b.unit_id
                LIMIT 1
                """,
                new { from = today.AddDays(2) });
            window = new(unitId, from, from.AddDays(4));
        }

        await market.PriceAsync(window, 300m);
        await market.PriceAsync(window with { UnitId = other }, 300m);
        return (await market.BookAsync(window, nights: 2), window, other);
    }

    private async Task CheckInAsync(Stands booking)
    {
        var answer = await market.PostAsync($"reservations/{booking.Code}/check-in", new { }, await AgentAsync());
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status}: {answer.Body}\n{market.Complaints}");
    }

    private async Task<string> AgentAsync() => market.TokenOf(await market.SeedAsync("agent"));

    private Task<string> UndoExceptionAsync(Change change) =>
        market.ReadAsync<string>("SELECT coalesce(max(status), 'none') FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'host_cancel_failed'", change);

    private async Task UntouchedAsync(Stands booking, Change change, string status)
    {
        Assert.Equal(status, await market.ReservationStatusAsync(booking));
        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        Assert.Equal(booking.Held.Stay, await market.StayAtHostAsync(booking));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal((0, 2), await market.RoomsAsync(booking.Held.Stay with { CheckOut = booking.Held.Stay.CheckIn.AddDays(4) }));
        await market.ExpectSoundAsync();
    }
}
