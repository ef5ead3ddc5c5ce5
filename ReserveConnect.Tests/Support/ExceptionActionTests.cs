using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Support;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Stays;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>Each action does what it says, and closes its exception by having done it.</summary>
public sealed class ExceptionActionTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    private Somebody _agent = null!;

    public async Task InitializeAsync() => _agent = await market.SeedAsync("agent");

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task A_refund_that_failed_is_tried_now()
    {
        var (held, exception) = await RefundFailedAsync();

        await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" });

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(("resolved", "refunded", _agent.AccountId), await market.UntilClosedAsync(exception));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task One_is_taken_while_its_booking_is_in_somebodys_hand()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var exception = await market.RaiseAsync("host_booking_changed", intentId: held.IntentId);
        var database = market.Services.GetRequiredService<ReserveDatabase>();

        // Who has the booking would close the exception next: waiting for each other would end in a deadlock.
        await database.TransactAsync(
            async unit =>
            {
                await BookingIntents.LockAsync(unit, held.IntentId);
                var taken = await market.AssignAsync(exception, market.TokenOf(_agent), new { }).WaitAsync(TimeSpan.FromSeconds(20));
                Assert.Equal(HttpStatusCode.OK, taken.Status);
                await Exceptions.ResolveAsync(unit, exception, "settled", market.Clock.GetUtcNow());
            },
            CancellationToken.None);

        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
    }

    [Fact]
    public async Task A_refund_that_the_machine_gave_up_is_tried_again_once_a_person_asks_for_it()
    {
        var (held, exception) = await RefundFailedAsync();
        await using var connection = await market.OpenAsync();
        // The saga must not be quicker than the machine's patience.
        await market.Durable.TerminateInstanceAsync($"{held.IntentId}");
        await connection.ExecuteAsync(
            "UPDATE reserve.refunds SET requested_at = requested_at - interval '8 days' WHERE booking_intent_id = @IntentId", held);
        await market.RunJobAsync("expire_intents");
        Assert.Equal("refund_pending", await market.StatusAsync(held.IntentId));

        await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" });

        // A report of the failure may have started a saga that ends in the instant of the order: the minute timer finds what it left.
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMinutes(3));
                await market.RunJobAsync("expire_intents");
                return await market.StatusAsync(held.IntentId) == "cancelled";
            },
            () => $"the refund that was ordered is not made\n{market.Complaints}");
        Assert.Equal("resolved", (await market.UntilClosedAsync(exception)).Status);
    }

    [Fact]
    public async Task A_refund_of_which_nobody_was_told_is_tried_however_old_it_is()
    {
        var (held, _) = await RefundFailedAsync();
        await using var connection = await market.OpenAsync();
        await market.Durable.TerminateInstanceAsync($"{held.IntentId}");
        // As a machine leaves it that stood still for longer than it would have tried.
        await connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions SET exception_key = 'other:' || exception_key WHERE booking_intent_id = @IntentId AND exception_type = 'refund_failed';
            UPDATE reserve.refunds
            SET requested_at = requested_at - interval '8 days', updated_at = updated_at - interval '1 hour', next_try_at = NULL
            WHERE booking_intent_id = @IntentId
            """,
            held);

        await market.RunJobAsync("expire_intents");

        await market.UntilAsync(held.IntentId, "cancelled");
    }

    [Fact]
    public async Task A_refund_that_was_asked_for_anew_after_a_person_had_ordered_it_is_as_young_as_that()
    {
        var (held, _) = await RefundFailedAsync();
        await using var connection = await market.OpenAsync();
        await market.Durable.TerminateInstanceAsync($"{held.IntentId}");
        await connection.ExecuteAsync(
            """
            UPDATE reserve.refunds
            SET ordered_at = requested_at - interval '8 days', updated_at = updated_at - interval '1 hour', next_try_at = NULL
            WHERE booking_intent_id = @IntentId
            """,
            held);

        await market.RunJobAsync("expire_intents");

        await market.UntilAsync(held.IntentId, "cancelled");
    }

    [Fact]
    public async Task A_refund_that_was_made_by_hand_is_taken_for_it_when_the_provider_has_it()
    {
        var (held, exception) = await RefundFailedAsync();
        // The machine's own next try is not what is told of here.
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        var chief = await market.SeedAsync("supervisor");
        (await market.ResolveAsync(exception, market.TokenOf(chief), new { action = "override", provider_refund_id = "re_none" }))
            .Refused(HttpStatusCode.UnprocessableEntity, "refund_not_at_provider");
        // Its report would find it too.
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = 10 });
        var byHand = await RefundByHandAsync(held);

        await market.OrderAsync(exception, market.TokenOf(chief), new { action = "override", provider_refund_id = byHand });
        await market.Durable.ResumeInstanceAsync($"{held.IntentId}");

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(("resolved", "refunded", chief.AccountId), await market.UntilClosedAsync(exception));
        Assert.Equal(byHand, await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE booking_intent_id = @IntentId", held));
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_payment_that_its_provider_no_longer_gives_back_is_paid_by_a_transfer()
    {
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 400, method = "POST", path = "/v1/payments/*/refunds", count = (int?)null });
        var (held, exception) = await PixRefundFailedAsync();
        var chief = await market.SeedAsync("supervisor");
        var transfer = $"E18236120202611230730{Guid.CreateVersion7().ToString("N")[^11..]}";
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "transferred", transfer_id = transfer }))
            .Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.ResolveAsync(exception, market.TokenOf(chief), new { action = "transferred", transfer_id = "yesterday" }))
            .Refused(HttpStatusCode.UnprocessableEntity, "transfer_id_required");

        await market.OrderAsync(exception, market.TokenOf(chief), new { action = "transferred", transfer_id = transfer });
        await market.OrderAsync(exception, market.TokenOf(chief), new { action = "transferred", transfer_id = transfer });

        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(("resolved", "refunded", chief.AccountId), await market.UntilClosedAsync(exception));
        Assert.Equal(transfer, await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", held));
        // Mercado Pago has seen nothing of it; the books have.
        Assert.Equal(held.Total, await market.MoneyAtProvidersAsync(held.IntentId));
        await market.ExpectSoundAsync();

        // The receipt of one transfer pays one refund.
        var (_, another) = await PixRefundFailedAsync();
        (await market.ResolveAsync(another, market.TokenOf(chief), new { action = "transferred", transfer_id = transfer }))
            .Refused(HttpStatusCode.UnprocessableEntity, "transfer_id_used");
    }

    [Fact]
    public async Task No_transfer_stands_for_what_went_back_to_a_card_or_by_the_provider_itself()
    {
        var chief = await market.SeedAsync("supervisor");
        var transfer = new { action = "transferred", transfer_id = "E18236120202611230730s0123456789" };
        var (_, card) = await RefundFailedAsync();
        (await market.ResolveAsync(card, market.TokenOf(chief), transfer)).Refused(HttpStatusCode.UnprocessableEntity, "transfer_for_pix_only");

        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 400, method = "POST", path = "/v1/payments/*/refunds", count = (int?)null });
        var (paid, pix) = await PixRefundFailedAsync();
        await market.Durable.SuspendInstanceAsync($"{paid.IntentId}");
        await market.CalmAsync();
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 10 });
        var payment = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", paid);
        using var byHand = new HttpRequestMessage(HttpMethod.Post, $"/v1/payments/{payment}/refunds") { Content = JsonContent.Create(new { }) };
        byHand.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "TEST-sandbox-access-token");
        byHand.Headers.Add("X-Idempotency-Key", $"{Guid.CreateVersion7()}");
        using var made = await market.MercadoPago.SendAsync(byHand);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());

        (await market.ResolveAsync(pix, market.TokenOf(chief), transfer)).Refused(HttpStatusCode.Conflict, "refund_at_provider");
        await market.Durable.ResumeInstanceAsync($"{paid.IntentId}");
    }

    [Fact]
    public async Task The_host_is_asked_again_to_free_a_refunded_booking()
    {
        var options = market.Services.GetRequiredService<IOptions<BookingOptions>>().Value;
        var usual = options.CompensationFirstBackoff;
        // The saga itself asks much later.
        options.CompensationFirstBackoff = TimeSpan.FromMinutes(5);
        try
        {
            await TheHostIsAskedAgainAsync();
        }
        finally
        {
            options.CompensationFirstBackoff = usual;
        }
    }

    private async Task TheHostIsAskedAgainAsync()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings", count = 1 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await SoonAsync(held, "host_commit_failed");
        await market.OrderAsync(await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(_agent), new { action = "cancel_and_refund" });
        await market.UntilAsync(held.IntentId, "cancelled");
        var exception = await market.ExceptionAsync(held.IntentId, "host_cancel_failed");
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Refused(HttpStatusCode.ServiceUnavailable, "host_silent");
        Assert.False(await market.ReadAsync<bool>("SELECT decision IS NOT NULL FROM reserve.exceptions WHERE id = @exception", new { exception }));

        await market.CalmAsync();
        Assert.Equal(HttpStatusCode.OK, (await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Status);

        Assert.Equal("cancelled", await market.HostStatusAsync(held.IntentId));
        Assert.Equal(("resolved", _agent.AccountId), (await market.UntilClosedAsync(exception)) is var (status, _, by) ? (status, by!.Value) : default);
    }

    [Fact]
    public async Task The_host_is_told_again_of_nights_that_it_would_not_take_back()
    {
        var coming = await market.BookSoonAsync(3);
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 422, method = "PATCH", path = "/v1/bookings/*", count = (int?)null });
        market.GoTo(coming.Stay.CheckIn.AddDays(1), 12);
        await market.ProcessStaysAsync();
        var exception = await market.ExceptionAsync(coming.Held.IntentId, "host_release_failed");
        _agent = await market.SeedAsync("agent");
        await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" });
        await market.CalmAsync();

        await Marketplace.EventuallyAsync(
            async () =>
            {
                await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" });
                return (await market.AtHostAsync(coming))["check_out"]!.GetValue<string>() == $"{coming.Stay.CheckIn.AddDays(1):yyyy-MM-dd}";
            },
            () => $"the Host was not told\n{market.Complaints}");

        Assert.Equal(("resolved", "the Host has the nights back", _agent.AccountId), await market.UntilClosedAsync(exception));
    }

    [Fact]
    public async Task Counts_that_differ_are_compared_again_when_the_property_is_read_now()
    {
        // While a booking of the unit is under way, its counts are nobody's business.
        var stay = await market.FreeStayAsync(isUntouched: true);
        var (room, property) = await OneAsync<(Guid, Guid)>("SELECT host_unit_id, property_id FROM reserve.unit_map WHERE id = @UnitId", stay);
        using var made = await market.Host.PostAsJsonAsync(
            "/control/bookings", new { room_type_id = room, check_in = stay.CheckIn, check_out = stay.CheckOut, adults = 1, children = 0 });
        var booking = JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!.GetValue<Guid>();
        var exception = Guid.Empty;
        await Marketplace.EventuallyAsync(
            async () =>
            {
                await using var connection = await market.OpenAsync();
                exception = await connection.QuerySingleOrDefaultAsync<Guid>(
                    "SELECT id FROM reserve.exceptions WHERE exception_type = 'inventory_mismatch' AND context ->> 'unit_id' = @Unit", new { Unit = $"{stay.UnitId}" });
                return exception != Guid.Empty;
            },
            () => $"nobody was called\n{market.Complaints}");
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Refused(HttpStatusCode.Conflict, "still_differs");

        await Marketplace.WebhookRuleAsync(market.Host, new { action = "drop", count = 10 });
        await market.ControlAsync(market.Host, $"/control/bookings/{booking}/cancel", new { });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/*", count = (int?)null });
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Refused(HttpStatusCode.ServiceUnavailable, "host_silent");
        await market.CalmAsync();
        Assert.Equal(HttpStatusCode.OK, (await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Status);

        Assert.Equal(("resolved", "the counts agree again", _agent.AccountId), await market.UntilClosedAsync(exception));
        Assert.Equal(property, await market.ReadAsync<Guid>("SELECT property_id FROM reserve.exceptions WHERE id = @exception", new { exception }));
    }

    [Fact]
    public async Task An_event_that_was_set_aside_is_handed_out_again_and_may_be_set_aside_again()
    {
        var id = Guid.CreateVersion7();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.events (id, event_type, aggregate_type, aggregate_id, created_at, available_at, attempts, dead_lettered_at, last_error)
            VALUES (@id, 'test.happened', 'test', @id, @now, @now, 12, @now, 'TimeoutException')
            """,
            new { id, now = market.Clock.GetUtcNow() });
        var exception = await market.RaiseAsync("event_dead_lettered", "critical", key: $"event_dead:{id}");

        var chief = market.TokenOf(await market.SeedAsync("supervisor"));
        var pressed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.ResolveAsync(exception, chief, new { action = "retry" })));
        Assert.All(pressed, answer => Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Body}"));

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<bool>("SELECT processed_at IS NOT NULL AND dead_lettered_at IS NULL FROM reserve.events WHERE id = @id", new { id }),
            () => $"it was not handed out\n{market.Complaints}");
        Assert.NotEqual(Guid.Empty, await market.RaiseAsync("event_dead_lettered", "critical", key: $"event_dead:{id}"));
    }

    [Fact]
    public async Task A_booking_that_the_host_changed_and_changed_back_is_compared_again()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        var exception = await market.RaiseAsync("host_booking_changed", "high", intentId: held.IntentId);

        Assert.Equal(HttpStatusCode.OK, (await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "retry" })).Status);

        Assert.Equal(("resolved", "the booking stands at the Host as it does here", _agent.AccountId), await market.UntilClosedAsync(exception));
    }

    [Fact]
    public async Task What_the_machine_would_go_on_with_is_a_supervisors_to_dismiss()
    {
        var exception = await market.RaiseAsync("host_release_failed", "high");
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "dismiss", notes = "the property knows" })).Refused(HttpStatusCode.Forbidden, "supervisor_required");

        Assert.Equal(
            HttpStatusCode.OK,
            (await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("supervisor")), new { action = "dismiss", notes = "the property knows" })).Status);
    }

    [Fact]
    public async Task A_closed_override_sent_again_about_another_booking_is_not_what_was_done()
    {
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        var byHand = await market.BookByHandAsync(held.IntentId);
        await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "override", host_booking_id = byHand });
        await market.UntilClosedAsync(exception);

        Assert.Equal(HttpStatusCode.OK, (await market.OrderAsync(exception, market.TokenOf(_agent), new { action = "override", host_booking_id = byHand, notes = "again" })).Status);
        (await market.ResolveAsync(exception, market.TokenOf(_agent), new { action = "override", host_booking_id = Guid.CreateVersion7() }))
            .Refused(HttpStatusCode.Conflict, "exception_closed");
        // Its change at the Host's own desk is noticed, though it has no key of ours.
        await market.ControlAsync(market.Host, $"/control/bookings/{byHand}/cancel", new { });
        await market.ExceptionAsync(held.IntentId, "host_booking_changed");
    }

    private async Task<(Held Held, Guid Exception)> RefundFailedAsync()
    {
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await market.OrderAsync(await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(_agent), new { action = "cancel_and_refund" });
        return (held, await market.ExceptionAsync(held.IntentId, "refund_failed"));
    }

    private async Task<(Held Held, Guid Exception)> PixRefundFailedAsync()
    {
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.HoldAsync(await market.FreeStayAsync());
        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(await market.BeginPaymentAsync(held, "pix")));
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        await market.OrderAsync(await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(_agent), new { action = "cancel_and_refund" });
        return (held, await market.ExceptionAsync(held.IntentId, "refund_failed"));
    }

    private async Task<string> RefundByHandAsync(Held held)
    {
        var payment = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId AND status = 'succeeded'", held);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/refunds")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["payment_intent"] = payment }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        var refund = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(response.IsSuccessStatusCode && refund["status"]!.GetValue<string>() == "succeeded", $"{refund}");
        return refund["id"]!.GetValue<string>();
    }

    private Task SoonAsync(Held held, string status) => Marketplace.EventuallyAsync(
        async () =>
        {
            market.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(20);
            return await market.StatusAsync(held.IntentId) == status;
        },
        () => $"intent is not {status}\n{market.Complaints}");

    private async Task<T> OneAsync<T>(string sql, object parameters)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }
}
