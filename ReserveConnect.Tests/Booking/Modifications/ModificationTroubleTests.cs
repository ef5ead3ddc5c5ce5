using System.Net;
using System.Net.Http.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking.Modifications;

/// <summary>Changes that the Host, the guest's money or time stop on the way: the old stay stands, and nothing else does.</summary>
public sealed class ModificationTroubleTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private static readonly TimeSpan DecisionTime = TimeSpan.FromMinutes(31);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task The_host_says_no_and_all_of_the_extra_money_goes_back_at_once(string method)
    {
        var (booking, change) = await BegunAsync();
        await market.HostSaysNoAsync("no_availability");

        await market.PayAsync(booking, change, method);
        await market.UntilAsync(change.IntentId, "cancelled");

        await UntouchedAsync(booking, change);
        // Nobody has to decide anything.
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId", change));
    }

    [Fact]
    public async Task The_host_changes_and_its_answer_is_lost_so_the_booking_is_read_and_the_change_stands_once()
    {
        var (booking, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", count = 3 });

        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "confirmed");

        Assert.Equal(await market.StayAsync(booking), await market.StayAtHostAsync(booking));
        Assert.Equal((0, 3), await market.RoomsAsync(await market.StayAsync(booking)));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_changed_and_stays_silent_so_the_money_goes_back_and_the_host_has_the_old_stay_when_it_answers()
    {
        var (booking, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", count = 3 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "host_commit_failed");

        market.Clock.Advance(DecisionTime);
        await market.UntilAsync(change.IntentId, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal("modification_under_way", $"{(await market.AskToMoveAsync(booking, new { infants = 1 })).Body["code"]}");
        await market.CalmAsync();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(30));
                return await market.StayAtHostAsync(booking) == booking.Held.Stay
                    && await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'host_cancel_failed'", change) == "resolved";
            },
            () => "the Host still has the change that was given up");

        await UntouchedAsync(booking, change);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_makes_the_change_by_hand_and_overrides(bool asAnotherBooking)
    {
        var window = await market.FreeWindowAsync(4);
        var booking = await market.BookAsync(window, nights: 2);
        var wanted = new Stay(window.UnitId, window.From.AddDays(2), window.To);
        var change = await market.BeginMoveAsync(booking, new { check_in = wanted.CheckIn, check_out = wanted.CheckOut });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "host_commit_failed");
        await market.CalmAsync();
        var byHand = asAnotherBooking ? await market.BookByHandAsync(change.IntentId) : await market.ChangeByHandAsync(booking, wanted);

        var exception = await market.ExceptionAsync(change.IntentId, "host_booking_failed");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "override", host_booking_id = byHand });
        await market.UntilAsync(change.IntentId, "confirmed");

        Assert.Equal(wanted, await market.StayAsync(booking));
        Assert.Equal(byHand, await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        await SkipUntilAtHostAsync(booking, asAnotherBooking ? "cancelled" : "confirmed");
        Assert.Equal((0, 2), await market.RoomsAsync(new(window.UnitId, window.From, window.To)));
        await Marketplace.EventuallyAsync(
            async () => change.Refund == await market.ReadAsync<decimal>(
                "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { change.IntentId }),
            () => "what the change owes is not back");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_change_that_nobody_pays_expires_and_late_money_goes_back_and_changes_nothing()
    {
        var (booking, change) = await BegunAsync();
        var pix = await market.BeginPaymentAsync(new(change.IntentId, booking.Held.Stay, change.Due), "pix");
        // The charge lives longer at the provider than the hold does here, and cannot be closed there.
        await market.ReadAsync<object>("UPDATE reserve.booking_intents SET expires_at = expires_at - interval '14 minutes' WHERE id = @IntentId", change);
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, path = "/v1/payments/*", count = (int?)null });
        market.Clock.Advance(TimeSpan.FromMinutes(16.7));
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(10));
                await Task.Delay(50);
                return await market.StatusAsync(change.IntentId) == "expired";
            },
            () => $"the change does not expire\n{market.Complaints}");
        var (checkIn, checkOut) = (booking.Held.Stay.CheckIn, booking.Held.Stay.CheckOut);
        Assert.Equal((0, checkOut.DayNumber - checkIn.DayNumber), await market.RoomsAsync(booking.Held.Stay with { CheckOut = checkOut.AddDays(1) }));
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(pix));
        await market.CalmAsync();

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(30));
                await Task.Delay(50);
                return await market.StatusAsync(change.IntentId) == "cancelled";
            },
            () => $"late money stays\n{market.Complaints}");
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", change));
        await UntouchedAsync(booking, change);
    }

    [Fact]
    public async Task A_card_that_is_declined_too_often_ends_the_change()
    {
        var (booking, change) = await BegunAsync();
        var payment = await market.BeginPaymentAsync(new(change.IntentId, booking.Held.Stay, change.Due), "card");
        for (var tries = 0; tries < 3; tries++)
        {
            await market.ConfirmCardAsync(payment, "4000000000000002");
            var declines = tries + 1;
            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<int>("SELECT payment_failures FROM reserve.booking_intents WHERE id = @IntentId", change) == declines,
                () => "a decline was not counted");
        }

        await market.UntilAsync(change.IntentId, "cancelled");
        await UntouchedAsync(booking, change);
    }

    [Fact]
    public async Task Two_changes_at_once_are_one()
    {
        var window = await market.FreeWindowAsync(4);
        var booking = await market.BookAsync(window, nights: 2);

        var answers = await Task.WhenAll(Enumerable.Range(3, 8).Select(i => market.AskToMoveAsync(booking, new { check_out = window.From.AddDays(3 + (i % 2)) })));

        // Who asks for what the first asked for is told the same.
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Accepted).Select(answer => $"{answer.Body["booking_intent_id"]} {answer.Body["check_out"]}").Distinct());
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId", new { booking.ReservationId }));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer => Assert.Equal("modification_under_way", answer.Body["code"]!.GetValue<string>()));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_change_and_a_cancellation_at_once_are_one_of_them()
    {
        for (var round = 0; round < 5; round++)
        {
            var window = await market.FreeWindowAsync(3);
            var booking = await market.BookAsync(window, nights: 2);

            var move = market.AskToMoveAsync(booking, new { infants = 1 });
            var cancel = market.CancelAsync(booking);
            var isMoving = (await move).Status == HttpStatusCode.Accepted;
            var isCancelling = (await cancel).Status == HttpStatusCode.Accepted;

            // One after the other is fine too: a change with nothing to pay is soon made.
            Assert.True(isMoving || isCancelling, $"{(await move).Body} {(await cancel).Body}");
            if (isCancelling)
            {
                await market.UntilAsync(booking, "cancelled");
            }

            await Marketplace.EventuallyAsync(
                async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents WHERE modifies_reservation_id = @ReservationId AND status NOT IN ('confirmed', 'cancelled')", booking) == 0,
                () => "the change does not end");
            await market.ExpectSoundAsync();
        }
    }

    [Fact]
    public async Task A_guest_who_checked_in_while_paying_for_the_change_has_it_and_one_who_was_given_up_gets_the_money_back()
    {
        var (booking, change) = await BegunAsync();
        await market.ReadAsync<object>("SELECT reserve.transition_reservation(@ReservationId, 'confirmed', 'checked_in', 'test', 'test', now())", booking);
        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "confirmed");

        var (gone, late) = await BegunAsync(nights: 1);
        await GiveUpAsync(gone);
        await market.PayAsync(gone, late);
        await market.UntilAsync(late.IntentId, "cancelled");

        await UntouchedAsync(gone, late);
    }

    [Fact]
    public async Task What_the_property_does_to_the_booking_meanwhile_is_not_taken_for_our_change_nor_undone()
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.From.AddDays(3) });
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", mentions = $"{change.IntentId}", count = (int?)null });
        await market.PayAsync(booking, change);
        await Marketplace.EventuallyAsync(async () => (await market.StayAtHostAsync(booking)).CheckOut == window.From.AddDays(3), () => "the Host was not asked");
        var desks = new Stay(window.UnitId, window.From, window.To);
        await market.ChangeByHandAsync(booking, desks);
        await market.CalmAsync();

        await SkipBackoffUntilAsync(change, "cancelled");

        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        Assert.Equal(desks, await market.StayAtHostAsync(booking));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal("open", await ReportedAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_booking_that_is_gone_at_the_host_is_before_a_person_though_no_report_of_it_came()
    {
        var (booking, change) = await BegunAsync();
        var id = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        await Marketplace.WebhookRuleAsync(market.Host, new { action = "drop", count = 10 });
        await market.ControlAsync(market.Host, $"/control/bookings/{id}/cancel", new { });

        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "cancelled");

        Assert.Equal("open", await ReportedAsync(booking));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_report_on_a_booking_whose_change_waits_for_a_silent_host_is_no_event_that_fails()
    {
        var window = await market.FreeWindowAsync(3);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 2);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        await market.PayAsync(booking, change);
        await market.UntilAsync(change.IntentId, "host_commit_pending");
        var host = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        await market.ReadAsync<object?>("UPDATE reserve.booking_intents SET host_queued_at = now() WHERE id = @IntentId", change);
        await Marketplace.WebhookRuleAsync(market.Host, new { action = "drop", count = 10 });
        await market.ControlAsync(market.Host, $"/control/bookings/{host}/cancel", new { });
        var reports = (ReserveConnect.Inventory.Sync.HostBookingChanged)market.Services.GetService(typeof(ReserveConnect.Inventory.Sync.HostBookingChanged))!;

        await reports.HandleAsync(
            new(ReserveConnect.Inventory.Sync.HostChange.Booking, "", 0, BookingId: host, booking.Held.IntentId), CancellationToken.None);

        // The change finds it, as soon as the Host answers to it.
        await market.CalmAsync();
        await market.SkipUntilAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE reservation_id = @ReservationId AND exception_type = 'host_booking_changed'", new { booking.ReservationId }) == 1,
            "nobody was called");
    }

    [Fact]
    public async Task What_a_proxy_says_is_not_the_hosts_no()
    {
        var (booking, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 404, method = "PATCH", path = "/v1/bookings/*", count = (int?)null, body = new { } });

        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "host_commit_failed");

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE booking_intent_id = @IntentId AND exception_type = 'host_booking_failed'", change));
        await market.CalmAsync();
        market.Clock.Advance(DecisionTime);
        await SkipBackoffUntilAsync(change, "cancelled");
        await UntouchedAsync(booking, change);
    }

    [Fact]
    public async Task The_hosts_no_to_an_agents_retry_waits_for_no_decision()
    {
        var (booking, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "host_commit_failed");
        await market.CalmAsync();
        await market.HostSaysNoAsync("no_availability");

        var exception = await market.ExceptionAsync(change.IntentId, "host_booking_failed");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });

        await market.UntilAsync(change.IntentId, "cancelled");
        await UntouchedAsync(booking, change);
    }

    [Fact]
    public async Task What_the_host_reports_of_a_change_of_ours_is_no_alarm_while_it_is_being_decided_or_undone()
    {
        var (booking, change) = await BegunAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "PATCH", path = "/v1/bookings/*", mentions = $"{change.IntentId}", count = 3 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*", count = (int?)null });
        await market.PayAsync(booking, change);
        await SkipBackoffUntilAsync(change, "host_commit_failed");
        await market.CalmAsync();

        await market.Services.GetRequiredService<HostBookingChanged>().HandleAsync(
            new(HostChange.Booking, "", 0, BookingId: null, booking.Held.IntentId), CancellationToken.None);

        Assert.NotEqual(booking.Held.Stay, await market.StayAtHostAsync(booking));
        Assert.Equal("none", await ReportedAsync(booking));
        market.Clock.Advance(DecisionTime);
        await SkipBackoffUntilAsync(change, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_that_goes_back_by_hand_takes_from_what_a_change_owes_and_stays_with_the_change()
    {
        var window = await market.FreeWindowAsync(4);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights: 4);
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 400, method = "POST", path = "/v1/refunds", count = 1 });
        var change = await market.BeginMoveAsync(booking, new { check_out = window.From.AddDays(1) });
        await market.UntilAsync(change.IntentId, "confirmed");
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'failed'", change) == 1,
            () => $"the refund has not failed\n{market.Complaints}");

        await market.RefundByHandAsync(booking.Held.IntentId, change.Refund - 10m);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND purpose = 'modification'", change) == 2,
            () => $"the refund by hand is not the change's\n{market.Complaints}");

        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("needs_response", true)]
    [InlineData("lost", true)]
    [InlineData("won", false)]
    public async Task A_booking_whose_payment_is_disputed_is_not_changed(string status, bool isRefused)
    {
        var window = await market.FreeWindowAsync(3);
        var booking = await market.BookAsync(window, nights: 2);
        await market.ReadAsync<object>(
            """
            INSERT INTO reserve.disputes (id, provider_dispute_id, payment_attempt_id, booking_intent_id, reason, amount, status, opened_at, asked_at, created_at, updated_at)
            SELECT gen_random_uuid(), 'du_' || id, id, booking_intent_id, 'fraudulent', 10, @status, now(), now(), now(), now()
            FROM reserve.payment_attempts
            WHERE booking_intent_id = @IntentId
            """,
            new { status, booking.Held.IntentId });

        foreach (var answer in new[] { await market.QuoteMoveAsync(booking, new { check_out = window.To }), await market.AskToMoveAsync(booking, new { check_out = window.To }) })
        {
            Assert.Equal(isRefused ? "payment_disputed" : "", $"{answer.Body["code"]}");
        }
    }

    // What is left of the old stay there goes once the new one stands here.
    private Task SkipUntilAtHostAsync(Stands booking, string status) =>
        market.SkipUntilAsync(async () => await market.HostStatusAsync(booking.Held.IntentId) == status, $"the old booking is not {status} at the Host");

    private Task<string> ReportedAsync(Stands booking) =>
        market.ReadAsync<string>(
            "SELECT coalesce(max(status), 'none') FROM reserve.exceptions WHERE reservation_id = @ReservationId AND exception_type = 'host_booking_changed'", new { booking.ReservationId });

    // A booking, and a change to a night more that waits for its money.
    private async Task<(Stands Booking, Change Change)> BegunAsync(int nights = 2)
    {
        var window = await market.FreeWindowAsync(nights + 1);
        await market.PriceAsync(window, 300m);
        var booking = await market.BookAsync(window, nights);
        var change = await market.BeginMoveAsync(booking, new { check_out = window.To });
        Assert.True(change.Due > 0);
        return (booking, change);
    }

    // What `process_stays` writes at noon of the day after, long before which the change would have expired.
    private async Task GiveUpAsync(Stands booking) =>
        await market.Services.GetRequiredService<ReserveDatabase>().TransactAsync(
            async unit =>
            {
                var propertyId = await unit.Connection.ExecuteScalarAsync<Guid>(
                    """
                    UPDATE reserve.reservations
                    SET cancellation_fee = total_amount
                    WHERE id = @ReservationId
                    RETURNING property_id
                    """,
                    booking);
                await unit.Connection.ExecuteAsync("SELECT reserve.transition_reservation(@ReservationId, 'confirmed', 'no_show', 'test', 'test', now())", booking);
                var standing = await StandingMoney.ReadAsync(unit.Connection, booking.ReservationId, booking.Held.IntentId, propertyId, "BRL");
                await Ledger.PostAsync(unit, Postings.CancellationFeeKept(standing.Booking, standing.Booking.Commission)!, "test", market.Clock.GetUtcNow());
                return true;
            },
            CancellationToken.None);

    private async Task UntouchedAsync(Stands booking, Change change)
    {
        Assert.Equal(booking.Held.Stay, await market.StayAsync(booking));
        Assert.Equal(booking.Held.Stay, await market.StayAtHostAsync(booking));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(change.IntentId));
        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        var (checkIn, checkOut) = (booking.Held.Stay.CheckIn, booking.Held.Stay.CheckOut);
        Assert.Equal((0, checkOut.DayNumber - checkIn.DayNumber), await market.RoomsAsync(booking.Held.Stay with { CheckOut = checkOut.AddDays(1) }));
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        Assert.Equal("paid", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    private Task SkipBackoffUntilAsync(Change change, string status) =>
        Marketplace.EventuallyAsync(
            async () =>
            {
                if (await market.StatusAsync(change.IntentId) == status)
                {
                    return true;
                }

                market.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(20);
                return false;
            },
            () => $"the change is not {status}\n{market.Complaints}");
}
