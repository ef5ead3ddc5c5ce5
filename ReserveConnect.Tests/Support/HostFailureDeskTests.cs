using System.Net;
using System.Net.Http.Json;
using Dapper;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Booking;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>What an agent decides on a paid booking that the Host did not take, in whichever saga it is.</summary>
public sealed class HostFailureDeskTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Theory]
    [InlineData("retry", "confirmed", "retry")]
    [InlineData("cancel_and_refund", "cancelled", "cancel_and_refund")]
    [InlineData("override", "confirmed", "booked")]
    public async Task The_decision_is_in_the_row_and_the_saga_carries_it_out(string action, string outcome, string resolution)
    {
        var (held, exception) = await FailedAsync();
        var agent = await market.SeedAsync("agent");
        var order = new { action, host_booking_id = action == "override" ? await market.BookByHandAsync(held.IntentId) : (Guid?)null };

        var answer = await market.OrderAsync(exception, market.TokenOf(agent), order);
        Assert.Equal(agent.AccountId, answer.Body["assigned_to"]!.GetValue<Guid>());
        await market.UntilAsync(held.IntentId, outcome);

        Assert.Equal(("resolved", resolution, agent.AccountId), await market.UntilClosedAsync(exception));
        Assert.Equal(outcome == "confirmed" ? held.Total : 0m, await market.MoneyAtProvidersAsync(held.IntentId));
        // Pressed again when it is long done: the same answer, and nothing is done.
        Assert.Equal(HttpStatusCode.OK, (await market.OrderAsync(exception, market.TokenOf(agent), order)).Status);
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Pressed_twice_it_is_no_decision_on_the_failure_that_comes_next()
    {
        var (held, first) = await FailedAsync();
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var token = market.TokenOf(await market.SeedAsync("agent"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.ResolveAsync(first, token, new { action = "retry" })));
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{answer.Status} {answer.Body}"));
        Guid second;
        do
        {
            second = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        }
        while (second == first);

        Assert.Equal("resolved", (await market.UntilClosedAsync(first)).Status);
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        Assert.Equal(("open", false), await RowAsync(second));
        await market.OrderAsync(second, token, new { action = "retry" });
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_is_decided_is_decided()
    {
        var (held, exception) = await FailedAsync();
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        Assert.Equal(HttpStatusCode.Accepted, (await market.OrderAsync(exception, agent, new { action = "retry" })).Status);

        (await market.ResolveAsync(exception, agent, new { action = "cancel_and_refund" })).Refused(HttpStatusCode.Conflict, "exception_decided");
        (await market.ResolveAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" })).Refused(HttpStatusCode.Conflict, "exception_taken");
        Assert.Equal("retry", (await market.OrderAsync(exception, agent, new { action = "retry" })).Body["pending_action"]!.GetValue<string>());

        await market.Durable.ResumeInstanceAsync($"{held.IntentId}");
        await market.UntilAsync(held.IntentId, "confirmed");
    }

    [Fact]
    public async Task A_booking_that_another_reservation_has_at_the_host_is_not_taken_for_this_one()
    {
        var other = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(other.IntentId, "confirmed");
        var taken = await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", other);
        var (held, exception) = await FailedAsync();
        var agent = market.TokenOf(await market.SeedAsync("agent"));

        (await market.ResolveAsync(exception, agent, new { action = "override", host_booking_id = taken })).Refused(HttpStatusCode.UnprocessableEntity, "host_booking_id_used");

        Assert.Equal(("open", false), await RowAsync(exception));
        await market.OrderAsync(exception, agent, new { action = "cancel_and_refund" });
        await market.UntilAsync(held.IntentId, "cancelled");
    }

    [Fact]
    public async Task What_was_made_by_hand_must_stand_at_the_host_and_be_what_was_paid()
    {
        var (held, exception) = await FailedAsync();
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        var byHand = await market.BookByHandAsync(held.IntentId);
        await market.ControlAsync(market.Host, $"/control/bookings/{byHand}/cancel", new { });

        await DiffersAsync(Guid.CreateVersion7());
        await DiffersAsync(byHand);
        await DiffersAsync(await market.BookByHandAsync(held.IntentId, fewer: 1));
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        (await market.ResolveAsync(exception, agent, new { action = "override", host_booking_id = byHand })).Refused(HttpStatusCode.ServiceUnavailable, "host_silent");
        await market.CalmAsync();

        Assert.Equal(("open", false), await RowAsync(exception));
        await market.OrderAsync(exception, agent, new { action = "cancel_and_refund" });
        await market.UntilAsync(held.IntentId, "cancelled");

        async Task DiffersAsync(Guid booking) =>
            (await market.ResolveAsync(exception, agent, new { action = "override", host_booking_id = booking })).Refused(HttpStatusCode.UnprocessableEntity, "host_booking_differs");
    }

    [Fact]
    public async Task A_booking_by_hand_that_another_failure_is_being_settled_with_is_not_taken_for_this_one()
    {
        var (one, first) = await FailedAsync();
        var (other, second) = await FailedAsync();
        await market.Durable.SuspendInstanceAsync($"{one.IntentId}");
        var byHand = await market.BookByHandAsync(other.IntentId);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET decision = jsonb_build_object('action', 'override', 'host_booking_id', @byHand), decided_at = created_at, decided_actor = 'agent:somebody'
            WHERE id = @first
            """,
            new { first, byHand });
        var agent = market.TokenOf(await market.SeedAsync("agent"));

        (await market.ResolveAsync(second, agent, new { action = "override", host_booking_id = byHand })).Refused(HttpStatusCode.UnprocessableEntity, "host_booking_id_used");

        await connection.ExecuteAsync("UPDATE reserve.exceptions SET decision = NULL, decided_at = NULL, decided_actor = NULL WHERE id = @first", new { first });
        await market.Durable.ResumeInstanceAsync($"{one.IntentId}");
        await market.OrderAsync(first, agent, new { action = "cancel_and_refund" });
        await market.OrderAsync(second, agent, new { action = "override", host_booking_id = byHand });
        await market.UntilAsync(one.IntentId, "cancelled");
        await market.UntilAsync(other.IntentId, "confirmed");
    }

    [Fact]
    public async Task A_booking_whose_answer_was_lost_goes_when_another_was_made_by_hand()
    {
        await Marketplace.FaultAsync(market.Host, new { kind = "cut_after_work", method = "POST", path = "/v1/bookings", count = 1 });
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Delay(20);
                return await market.StatusAsync(held.IntentId) == "host_commit_failed";
            },
            () => market.Complaints);
        await market.CalmAsync();
        Assert.Equal("confirmed", await market.HostStatusAsync(held.IntentId));
        await MoreRoomAsync(held);
        var byHand = await market.BookByHandAsync(held.IntentId);

        await market.OrderAsync(
            await market.ExceptionAsync(held.IntentId, "host_booking_failed"), market.TokenOf(await market.SeedAsync("agent")), new { action = "override", host_booking_id = byHand });
        await market.UntilAsync(held.IntentId, "confirmed");

        Assert.Equal("cancelled", await market.HostStatusAsync(held.IntentId));
        Assert.Equal(byHand, await market.ReadAsync<Guid>("SELECT host_booking_id FROM reserve.reservations WHERE booking_intent_id = @IntentId", held));
        Assert.Equal(0, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'host_cancel_failed' AND booking_intent_id = @IntentId", held));
    }

    [Fact]
    public async Task At_the_deadline_the_machine_decides_in_the_row_and_whoever_comes_then_is_too_late()
    {
        var (held, exception) = await FailedAsync();
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        // As the saga does, which is held up behind it.
        var decided = await market.Services.GetRequiredService<HostFailure>().CloseDecisionAsync(held.IntentId, CancellationToken.None);
        Assert.Equal(("cancel_and_refund", "system"), (decided!.Action, decided.Actor));

        (await market.ResolveAsync(exception, agent, new { action = "retry" })).Refused(HttpStatusCode.Conflict, "exception_decided");
        (await market.ResolveAsync(exception, agent, new { action = "cancel_and_refund", notes = "mine" })).Refused(HttpStatusCode.Conflict, "exception_decided");

        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.Durable.ResumeInstanceAsync($"{held.IntentId}");
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(("resolved", "cancel_and_refund", (Guid?)null), await market.UntilClosedAsync(exception));
    }

    [Fact]
    public async Task What_a_person_decided_before_the_deadline_stands_after_it()
    {
        var (held, exception) = await FailedAsync();
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });
        market.Clock.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal("retry", (await market.Services.GetRequiredService<HostFailure>().CloseDecisionAsync(held.IntentId, CancellationToken.None))!.Action);

        await market.Durable.ResumeInstanceAsync($"{held.IntentId}");
        await market.UntilAsync(held.IntentId, "confirmed");
    }

    [Fact]
    public async Task A_decision_that_could_not_be_carried_out_is_dropped_and_not_the_one_that_was_made_since()
    {
        var (held, exception) = await FailedAsync();
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });
        var failure = market.Services.GetRequiredService<HostFailure>();
        var decided = (await failure.DecisionAsync(held.IntentId, CancellationToken.None))!;

        await failure.DropDecisionAsync(exception, decided.DecidedAt.AddSeconds(-1), "capture_refused", CancellationToken.None);
        Assert.Equal(("in_progress", true), await RowAsync(exception));
        await failure.DropDecisionAsync(exception, decided.DecidedAt, "capture_refused", CancellationToken.None);
        Assert.Equal(("in_progress", false), await RowAsync(exception));
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await market.Durable.ResumeInstanceAsync($"{held.IntentId}");
        await market.UntilAsync(held.IntentId, "cancelled");
    }

    [Fact]
    public async Task A_decision_that_a_process_left_behind_is_acted_on_by_the_minute_timer()
    {
        var (held, exception) = await FailedAsync();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            UPDATE reserve.exceptions
            SET decision = '{"action":"retry"}', decided_at = @decidedAt, decided_actor = 'agent:somebody'
            WHERE id = @exception
            """,
            new { exception, decidedAt = market.Clock.GetUtcNow().AddMinutes(-1) });
        await market.RunJobAsync("expire_intents");
        // Nobody has acted yet, unless its own saga has happened to look.
        Assert.Contains(await market.StatusAsync(held.IntentId), new[] { "host_commit_failed", "host_commit_pending" });

        market.Clock.Advance(TimeSpan.FromMinutes(1.5));
        await market.RunJobAsync("expire_intents");

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_saga_that_was_lost_is_started_anew_and_finds_the_decision()
    {
        var (held, exception) = await FailedAsync();
        await market.Durable.TerminateInstanceAsync($"{held.IntentId}");
        await market.Durable.WaitForInstanceCompletionAsync($"{held.IntentId}", CancellationToken.None);

        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });

        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Late_money_that_the_host_does_not_take_is_decided_in_the_saga_of_its_payment()
    {
        var (held, _) = await WrittenOffAsync();
        var pix = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", held);
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        await market.ControlAsync(market.MercadoPago, $"/control/pix/{pix}/pay", new { });
        await market.UntilAsync(held.IntentId, "host_commit_failed");

        var agent = await market.SeedAsync("agent");
        var exception = await market.ExceptionAsync(held.IntentId, "host_booking_failed");
        await market.OrderAsync(exception, market.TokenOf(agent), new { action = "retry" });

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal(("resolved", "retry", agent.AccountId), await market.UntilClosedAsync(exception));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_charge_of_unknown_outcome_is_asked_for_now()
    {
        var (held, attempt) = await WrittenOffAsync();
        var pix = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE id = @attempt", new { attempt });
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 5 });
        await market.ControlAsync(market.MercadoPago, $"/control/pix/{pix}/pay", new { });
        var exception = await market.RaiseAsync(
            "payment_outcome_unknown", "critical", intentId: held.IntentId, key: $"payment_outcome_unknown:{attempt}", context: $$"""{"attempt_id":"{{attempt}}"}""");

        await market.OrderAsync(exception, market.TokenOf(await market.SeedAsync("agent")), new { action = "retry" });

        await market.UntilAsync(held.IntentId, "confirmed");
        Assert.Equal("paid", (await market.UntilClosedAsync(exception)).Action);
        await market.ExpectSoundAsync();
    }

    // An intent that expired while its charge, written off here, stays open at the provider.
    private async Task<(Held Held, Guid Attempt)> WrittenOffAsync()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        await Marketplace.WebhookRuleAsync(market.MercadoPago, new { action = "drop", count = 1 });
        var attempt = (await market.BeginPaymentAsync(held, "pix"))["payment_attempt_id"]!.GetValue<Guid>();
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            SELECT reserve.transition_payment_attempt(@attempt, 'pending', 'cancelled', 'test', 'written off', now());
            UPDATE reserve.booking_intents SET expires_at = @soon WHERE id = @IntentId
            """,
            new { attempt, held.IntentId, soon = market.Clock.GetUtcNow() });
        await market.RunJobAsync("expire_intents");
        await market.UntilAsync(held.IntentId, "expired");
        return (held, attempt);
    }

    private async Task<(Held Held, Guid Exception)> FailedAsync()
    {
        await market.ControlAsync(market.Host, "/control/bookings/refuse", new { count = 1 });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "host_commit_failed");
        return (held, await market.ExceptionAsync(held.IntentId, "host_booking_failed"));
    }

    // As if the property had another such room at that moment.
    private async Task MoreRoomAsync(Held held)
    {
        var room = await market.ReadAsync<Guid>("SELECT host_unit_id FROM reserve.unit_map WHERE id = @UnitId", held.Stay);
        using var answer = await market.Host.PutAsJsonAsync(
            "/control/nights", new { room_type_id = room, from = held.Stay.CheckIn, to = held.Stay.CheckOut, allotment = 5 });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(string Status, bool IsDecided)> RowAsync(Guid exception)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<(string, bool)>("SELECT status, decision IS NOT NULL FROM reserve.exceptions WHERE id = @exception", new { exception });
    }
}
