using System.Net;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>A booking is given up: what it gives, who is asked, and where its money and its nights go.</summary>
public sealed class CancellationTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_cancelled_booking_gives_back_its_money_its_nights_and_its_room_at_the_host(string method)
    {
        var booking = await market.BookStayAsync(method: method);

        var answer = await market.CancelAsync(booking, new { reason = "plans changed" });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("pending", answer.Body["status"]!.GetValue<string>());
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal("cancelled", await market.HostStatusAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal((0, 0), await market.RoomsAsync(booking.Held.Stay));
        foreach (var account in new[] { "guest_prepayment", "property_payable", "commission_income", "service_fee_income", "cancellation_fee_income", "tax_payable" })
        {
            Assert.Equal(0m, await market.BalanceAsync(booking, account));
        }

        var seen = await market.ReservationAsync(booking);
        Assert.Equal("cancelled", seen["status"]!.GetValue<string>());
        Assert.Equal("refunded", seen["payment_status"]!.GetValue<string>());
        Assert.Equal(booking.Held.Total, seen["refunded"]!.GetValue<decimal>());
        Assert.Equal("done", seen["cancellation"]!["refund_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Half_of_the_price_goes_back_and_the_rest_is_kept_by_whom_the_quote_says()
    {
        var booking = await market.BookStayAsync("moderate");
        await market.AgeAsync(booking);
        await ArriveInAsync(booking, TimeSpan.FromHours(100));
        var quote = (await market.QuoteAsync(booking)).Body;
        var refund = quote["refund"]!.GetValue<decimal>();
        Assert.Equal(decimal.Round(booking.Held.Total / 2, 2, MidpointRounding.ToEven), refund);
        Assert.Equal("policy", quote["reason"]!.GetValue<string>());

        await market.CancelAsync(booking, new { expected_refund = refund });
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(booking.Held.Total - refund, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(quote["kept_by"]!["property"]!.GetValue<decimal>(), await market.BalanceAsync(booking, "property_payable"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "commission_income"));
        Assert.Equal(quote["kept_by"]!["commission"]!.GetValue<decimal>(), await market.BalanceAsync(booking, "cancellation_fee_income"));
        Assert.Equal(quote["kept_by"]!["service_fee"]!.GetValue<decimal>(), await market.BalanceAsync(booking, "service_fee_income"));
        Assert.Equal(0m, await market.BalanceAsync(booking, "guest_prepayment"));
        Assert.Equal("partial_refund", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        Assert.Equal(
            quote["kept"]!.GetValue<decimal>(),
            await market.ReadAsync<decimal>("SELECT cancellation_fee FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_stay_that_gives_nothing_back_is_cancelled_without_a_refund()
    {
        var booking = await market.BookStayAsync("non_refundable");
        await market.AgeAsync(booking);

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal("none", (await market.ReservationAsync(booking))["cancellation"]!["refund_status"]!.GetValue<string>());
        Assert.Equal("paid", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        Assert.Equal((0, 0), await market.RoomsAsync(booking.Held.Stay));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_non_refundable_stay_gives_all_of_it_back_within_the_right_of_withdrawal()
    {
        var booking = await market.BookStayAsync("non_refundable");

        var quote = (await market.QuoteAsync(booking)).Body;

        Assert.Equal("right_of_withdrawal", quote["reason"]!.GetValue<string>());
        Assert.Equal(booking.Held.Total, quote["refund"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task The_right_of_withdrawal_is_the_one_that_was_booked_whatever_the_city_grants_later()
    {
        var booking = await market.BookStayAsync("non_refundable");
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("UPDATE reserve.cities SET right_of_withdrawal = false");
        try
        {
            Assert.Equal("right_of_withdrawal", (await market.QuoteAsync(booking)).Body["reason"]!.GetValue<string>());
            Assert.Equal("policy", (await market.QuoteAsync(await market.BookStayAsync("non_refundable"))).Body["reason"]!.GetValue<string>());
        }
        finally
        {
            await connection.ExecuteAsync("UPDATE reserve.cities SET right_of_withdrawal = true");
        }
    }

    [Fact]
    public async Task A_quote_never_gives_more_than_a_moved_stay_may()
    {
        var booking = await market.BookStayAsync();
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync("UPDATE reserve.reservations SET refund_ceiling_percent = 50 WHERE id = @ReservationId", new { booking.ReservationId });
        }

        var quote = (await market.QuoteAsync(booking)).Body;

        Assert.Equal("ceiling", quote["reason"]!.GetValue<string>());
        Assert.Equal(decimal.Round(booking.Held.Total / 2, 2, MidpointRounding.ToEven), quote["refund"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Another_refund_than_was_shown_is_told_and_nothing_is_cancelled()
    {
        var booking = await market.BookStayAsync();

        var answer = await market.CancelAsync(booking, new { expected_refund = booking.Held.Total - 0.01m });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("quote_changed", answer.Body["code"]!.GetValue<string>());
        Assert.Equal(booking.Held.Total, answer.Body["quote"]!["refund"]!.GetValue<decimal>());
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
    }

    [Fact]
    public async Task Cancelling_again_is_answered_the_same()
    {
        var booking = await market.BookStayAsync();

        var first = await market.CancelAsync(booking);
        var second = await market.CancelAsync(booking, new { expected_refund = 1m });
        await market.UntilAsync(booking, "cancelled");
        var third = await market.CancelAsync(booking);

        Assert.Equal(first.Body["cancellation_id"]!.GetValue<Guid>(), second.Body["cancellation_id"]!.GetValue<Guid>());
        Assert.Equal(first.Body["cancellation_id"]!.GetValue<Guid>(), third.Body["cancellation_id"]!.GetValue<Guid>());
        Assert.Equal(HttpStatusCode.OK, third.Status);
        Assert.Equal("already_cancelled", (await market.QuoteAsync(booking)).Body["code"]!.GetValue<string>());
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_guest_who_has_checked_in_cannot_cancel()
    {
        var booking = await market.BookStayAsync();
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "SELECT reserve.transition_reservation(@ReservationId, 'confirmed', 'checked_in', 'test', 'test', now())", new { booking.ReservationId });
        }

        Assert.Equal("already_checked_in", (await market.QuoteAsync(booking)).Body["code"]!.GetValue<string>());
        var answer = await market.CancelAsync(booking);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal("already_checked_in", answer.Body["code"]!.GetValue<string>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_keeps_the_booking_and_so_does_the_guest()
    {
        var booking = await market.BookStayAsync();
        await RefuseAtHostAsync(count: 1);

        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => (await market.ReservationAsync(booking))["cancellation"]?["status"]!.GetValue<string>() == "rejected",
            () => $"the cancellation was not rejected\n{market.Complaints}");

        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
        Assert.Equal(booking.Held.Total, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal((0, 2), await market.RoomsAsync(booking.Held.Stay));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = 'booking.cancellation_rejected' AND aggregate_id = @ReservationId", new { booking.ReservationId }));
        await market.ExpectSoundAsync();

        // Asked again, the Host may have changed its mind.
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_host_is_silent_and_the_guests_money_does_not_wait_for_it()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });

        await market.CancelAsync(booking);
        await UntilMoneyIsBackAsync(booking);

        Assert.Equal("cancel_pending", await market.ReservationStatusAsync(booking));
        Assert.Equal((0, 2), await market.RoomsAsync(booking.Held.Stay));
        Assert.Equal("open", await HostTroubleAsync(booking));
        await market.CalmAsync();
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(5));

        Assert.Equal("resolved", await HostTroubleAsync(booking));
        Assert.Equal((0, 0), await market.RoomsAsync(booking.Held.Stay));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(409)]
    public async Task What_is_not_the_hosts_own_no_keeps_no_booking(int status)
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status, method = "POST", path = "/v1/bookings/*", count = (int?)null, body = new { message = "of a proxy" } });

        await market.CancelAsync(booking);
        await UntilMoneyIsBackAsync(booking);
        await market.CalmAsync();
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(5));

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_host_that_is_silent_for_longer_than_anybody_waits_is_asked_on_and_a_person_is_called_anew()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        await market.CancelAsync(booking);
        await UntilMoneyIsBackAsync(booking);

        market.Clock.Advance(TimeSpan.FromDays(8));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_key LIKE 'host_cancel_failed:%:given_up' AND status = 'open' AND booking_intent_id = @IntentId", new { booking.Held.IntentId }) == 1,
            () => $"nobody was called\n{market.Complaints}");
        await market.CalmAsync();
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMinutes(10));

        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'host_cancel_failed' AND status = 'open' AND booking_intent_id = @IntentId", new { booking.Held.IntentId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_person_who_has_a_silent_host_asked_again_is_told_that_it_is_silent()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        await market.CancelAsync(booking);
        await UntilMoneyIsBackAsync(booking);
        var exception = await market.ExceptionAsync(booking.Held.IntentId, "host_cancel_failed");
        var agent = market.TokenOf(await market.SeedAsync("agent"));

        (await market.ResolveAsync(exception, agent, new { action = "retry" })).Refused(HttpStatusCode.ServiceUnavailable, "host_silent");
        await market.CalmAsync();
        await Marketplace.EventuallyAsync(
            async () => (await market.ResolveAsync(exception, agent, new { action = "retry" })).Status == HttpStatusCode.OK, () => market.Complaints);

        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(5));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Cancellations_that_wait_for_long_do_not_hide_one_whose_saga_was_never_started()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings/*/cancel", count = (int?)null });
        var (waits, lost) = (await market.BookStayAsync(), await market.BookStayAsync());
        await market.CancelAsync(waits);
        market.Clock.Advance(TimeSpan.FromMinutes(1));
        await market.CancelAsync(lost);
        market.Clock.Advance(TimeSpan.FromMinutes(1));
        var options = (Microsoft.Extensions.Options.IOptions<ReserveConnect.Booking.BookingOptions>)market.Services.GetService(
            typeof(Microsoft.Extensions.Options.IOptions<ReserveConnect.Booking.BookingOptions>))!;
        var overdue = (ReserveConnect.Booking.OverdueCancellations)market.Services.GetService(typeof(ReserveConnect.Booking.OverdueCancellations))!;
        var usual = options.Value.OrphanBatch;
        options.Value.OrphanBatch = 1;
        try
        {
            var looked = Assert.Single(await overdue.ReadAsync(CancellationToken.None));
            Assert.Equal(await market.ReadAsync<Guid>("SELECT id FROM reserve.cancellations WHERE reservation_id = @ReservationId", new { lost.ReservationId }), looked);
        }
        finally
        {
            options.Value.OrphanBatch = usual;
        }

        await market.CalmAsync();
        await market.UntilAsync(waits, "cancelled", TimeSpan.FromSeconds(5));
        await market.UntilAsync(lost, "cancelled", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_the_host_changed_of_a_booking_that_is_cancelled_since_waits_for_nobody()
    {
        var booking = await market.BookStayAsync();
        var exception = await market.RaiseAsync("host_booking_changed", "high", intentId: booking.Held.IntentId);

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
    }

    [Fact]
    public async Task The_host_cancels_and_its_answer_is_lost()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings/*/cancel", count = 4 });

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_booking_that_was_made_at_the_host_by_hand_and_is_not_there_is_cancelled_all_the_same()
    {
        var booking = await market.BookStayAsync();
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                """
                UPDATE reserve.reservations SET host_booking_id = @byHand WHERE id = @ReservationId;
                UPDATE reserve.booking_intents SET host_booking_id = @byHand WHERE reservation_id = @ReservationId
                """,
                new { byHand = Guid.CreateVersion7(), booking.ReservationId });
        }

        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal("cancelled", await market.HostStatusAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_cancellation_whose_saga_was_never_started_is_found_by_the_minute_timer()
    {
        var booking = await market.BookStayAsync();
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        // As if the host had died between the answer and the start: a second booking, cancelled in the rows alone.
        var other = await market.BookStayAsync();
        var operation = (ReserveConnect.Booking.CancelBooking)market.Services.GetService(typeof(ReserveConnect.Booking.CancelBooking))!;
        Assert.Null((await operation.RunAsync(new(other.Code, null, null, "test"), CancellationToken.None)).Refusal);

        market.Clock.Advance(TimeSpan.FromMinutes(1));
        await market.RunJobAsync("expire_intents");
        await market.UntilAsync(other, "cancelled");

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_fails_first_is_shown_to_a_person_tried_again_and_ends_the_cancellation()
    {
        var booking = await market.BookStayAsync();
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 });

        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(async () => await TroublesAsync(booking, "refund_failed") == 1, () => $"nobody was called\n{market.Complaints}");
        Assert.Equal("pending", (await market.ReservationAsync(booking))["cancellation"]!["refund_status"]!.GetValue<string>());
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_stays_on_its_way_is_shown_to_a_person_and_ends_when_its_provider_says_so()
    {
        var booking = await market.BookStayAsync();
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "pending", count = 1 });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'pending'", new { booking.ReservationId }) == 1,
            () => $"the refund is not pending\n{market.Complaints}");

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromHours(2));
                await Task.Delay(50);
                return await TroublesAsync(booking, "refund_failed") == 1;
            },
            () => $"nobody was called\n{market.Complaints}");
        var refund = await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });
        await market.ControlAsync(market.Stripe, $"/control/refunds/{refund}/settle", new { outcome = "succeeded" });
        await market.UntilAsync(booking, "cancelled");

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_somebody_else_has_booked_is_not_there()
    {
        var booking = await market.BookStayAsync();
        var other = await market.BookStayAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/reservations/{booking.Code}/cancel");
        request.Headers.Authorization = new("Bearer", market.TokenOf(other.Held.IntentId));

        var answer = await market.SendAsIsAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
    }

    [Theory]
    [InlineData("""{"reason":5}""", HttpStatusCode.BadRequest, "invalid_value")]
    [InlineData("""{"refund":100}""", HttpStatusCode.BadRequest, "unknown_field")]
    [InlineData("""[]""", HttpStatusCode.BadRequest, "malformed_json")]
    public async Task A_body_that_makes_no_sense_cancels_nothing(string body, HttpStatusCode status, string code)
    {
        var booking = await market.BookStayAsync();

        var answer = await market.SendAsync(new(HttpMethod.Post, $"/api/reservations/{booking.Code}/cancel") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") });

        Assert.Equal((status, code), (answer.Status, answer.Body["code"]!.GetValue<string>()));
        Assert.Equal("confirmed", await market.ReservationStatusAsync(booking));
    }

    [Fact]
    public async Task Words_are_kept_as_they_are()
    {
        var booking = await market.BookStayAsync();
        const string words = "'; DROP TABLE reserve.cancellations; -- \u00e7\u00e3o \ud83c\udfe8";

        await market.CancelAsync(booking, new { reason = words });
        await market.UntilAsync(booking, "cancelled");

        Assert.Equal(words, await market.ReadAsync<string>("SELECT reason FROM reserve.cancellations WHERE reservation_id = @ReservationId", new { booking.ReservationId }));
        Assert.Equal(
            0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.audit_logs WHERE reason LIKE '%DROP%'"));
    }

    [Fact]
    public async Task A_reason_of_any_length_is_not_kept()
    {
        var booking = await market.BookStayAsync();

        var answer = await market.CancelAsync(booking, new { reason = new string('x', 501) });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "reason_too_long"), (answer.Status, answer.Body["code"]!.GetValue<string>()));
    }

    private Task RefuseAtHostAsync(int count) => Marketplace.FaultAsync(
        market.Host,
        new
        {
            kind = "status", status = 409, method = "POST", path = "/v1/bookings/*/cancel", count,
            body = new { type = "about:blank", title = "No", status = 409, code = "cancellation_refused", detail = "The guest has arrived." },
        });

    private Task<string> HostTroubleAsync(Stands booking) =>
        market.ReadAsync<string>(
            "SELECT status FROM reserve.exceptions WHERE exception_type = 'host_cancel_failed' AND booking_intent_id = @IntentId", new { booking.Held.IntentId });

    private Task<long> TroublesAsync(Stands booking, string type) =>
        market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.exceptions WHERE exception_type = @type AND booking_intent_id = @IntentId", new { type, booking.Held.IntentId });

    // The arrival comes near; the nights stay what they were, and so does everything that counts them.
    private async Task ArriveInAsync(Stands booking, TimeSpan notice)
    {
        await using var connection = await market.OpenAsync();
        var checkIn = await connection.ExecuteScalarAsync<DateTime>(
            "SELECT (check_in + time '14:00') AT TIME ZONE 'America/Sao_Paulo' FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });
        // A policy of the same tiers, as seen from an arrival that is so far: what counts is the notice alone.
        var shift = (int)(new DateTimeOffset(checkIn, TimeSpan.Zero) - market.Clock.GetUtcNow() - notice).TotalHours;
        await connection.ExecuteAsync(
            """
            UPDATE reserve.reservations
            SET cancellation_policy = jsonb_set(cancellation_policy, '{tiers}', (
                SELECT jsonb_agg(jsonb_set(tier, '{hours_before_check_in}', to_jsonb((tier ->> 'hours_before_check_in')::int + @shift)))
                FROM jsonb_array_elements(cancellation_policy -> 'tiers') tier))
            WHERE id = @ReservationId
            """,
            new { booking.ReservationId, shift });
    }

    private Task UntilMoneyIsBackAsync(Stands booking) =>
        Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(20);
                return await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m;
            },
            () => $"the money waits\n{market.Complaints}");
}
