using System.Net;
using System.Net.Http.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Payments;

/// <summary>What providers report of refunds, in any order, and refunds that are not ours.</summary>
public sealed class RefundReportTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task A_refund_that_its_provider_takes_back_is_owed_again_and_made_again()
    {
        var booking = await market.BookStayAsync();
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        var made = await ProviderRefundAsync(booking);

        await market.ControlAsync(market.Stripe, $"/control/refunds/{made}/take_back", new { });
        await Marketplace.EventuallyAsync(
            async () => await TroubleAsync(booking) == 1,
            () => $"nobody was called\n{market.Complaints}");
        await market.ExpectSoundAsync();
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20);
                return await market.MoneyAtProvidersAsync(booking.Held.IntentId) == 0m
                    && await market.ReadAsync<string>("SELECT status FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId }) == "succeeded";
            },
            () => $"it was not made again\n{market.Complaints}");

        Assert.NotEqual(made, await ProviderRefundAsync(booking));
        Assert.Equal("cancelled", await market.ReservationStatusAsync(booking));
        Assert.Equal(2, await BookedAsync(booking, "refund"));
        Assert.Equal(1, await BookedAsync(booking, "refund_reversal"));
        Assert.Equal(0, await TroubleAsync(booking));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_given_back_by_hand_is_written_down_once_and_a_person_is_asked_why()
    {
        var booking = await market.BookStayAsync();

        await RefundByHandAsync(booking, 1000);
        await Marketplace.EventuallyAsync(
            async () => await ByHandAsync(booking) == 1, () => $"it was not found\n{market.Complaints}");
        // Every further report tells of it again.
        await RefundByHandAsync(booking, 500);
        await Marketplace.EventuallyAsync(
            async () => await ByHandAsync(booking) == 2, () => $"the second was not found\n{market.Complaints}");

        Assert.Equal(booking.Held.Total - 15m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal("partial_refund", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        Assert.Equal(2, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'refund_by_hand' AND booking_intent_id = @IntentId", new { booking.Held.IntentId }));
        Assert.Equal(-15m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();

        // The guest cancels after all, and gets the rest.
        await market.CancelAsync(booking);
        await market.UntilAsync(booking, "cancelled");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_given_back_by_hand_at_mercado_pago_is_found_too()
    {
        var booking = await market.BookStayAsync(method: "pix");
        var payment = await PaymentAsync(booking);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/payments/{payment}/refunds") { Content = JsonContent.Create(new { amount = 10m }) };
        request.Headers.Authorization = new("Bearer", "TEST-sandbox-access-token");
        request.Headers.Add("X-Idempotency-Key", $"{Guid.CreateVersion7()}");
        using var response = await market.MercadoPago.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);

        await Marketplace.EventuallyAsync(
            async () => await ByHandAsync(booking) == 1, () => $"it was not found\n{market.Complaints}");
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task Money_given_back_by_hand_while_it_was_on_its_way_is_that(string method)
    {
        var booking = await market.BookStayAsync(method: method);
        var system = method == "pix" ? market.MercadoPago : market.Stripe;
        // Our own call does not get through.
        await Marketplace.FaultAsync(system, new { kind = "status", status = 503, method = "POST", path = method == "pix" ? "/v1/payments/*/refunds" : "/v1/refunds", count = 40 });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND asks > 0", new { booking.ReservationId }) == 1,
            () => $"the refund was not asked for\n{market.Complaints}");
        await market.CalmAsync();

        if (method == "pix")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/payments/{await PaymentAsync(booking)}/refunds") { Content = JsonContent.Create(new { amount = booking.Held.Total }) };
            request.Headers.Authorization = new("Bearer", "TEST-sandbox-access-token");
            request.Headers.Add("X-Idempotency-Key", $"{Guid.CreateVersion7()}");
            using var response = await market.MercadoPago.SendAsync(request);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }
        else
        {
            await RefundByHandAsync(booking, (long)(booking.Held.Total * 100));
        }

        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId }));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Some_of_the_money_given_back_by_hand_while_all_of_it_was_on_its_way_leaves_the_rest_to_go_back()
    {
        var booking = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/refunds", count = 40 });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND asks > 0", new { booking.ReservationId }) == 1,
            () => $"the refund was not asked for\n{market.Complaints}");
        await market.CalmAsync();

        await RefundByHandAsync(booking, 1000);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Theory]
    [InlineData("requested")]
    [InlineData("failed")]
    public async Task Exactly_what_a_refund_owes_given_by_hand_is_that_refund_though_more_is_left(string status)
    {
        var booking = await HalfAsync();
        var owed = await OweAsync(booking, status);

        await market.RefundByHandAsync(booking.Held.IntentId, owed.Amount);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(booking.Held.Total - owed.Amount, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId }));
        Assert.Equal(0m, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_was_settled_by_hand_and_is_made_after_all_is_written_down_as_one_more()
    {
        // Twice the half must not be a cent more than the whole.
        var booking = await HalfAsync();
        while (booking.Held.Total * 100m % 2m != 0)
        {
            booking = await HalfAsync();
        }

        var owed = await OweAsync(booking, "failed");
        await market.RefundByHandAsync(booking.Held.IntentId, owed.Amount);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        // As our own call makes it that was on its way.
        await market.RefundByHandAsync(booking.Held.IntentId, owed.Amount, owed.Id);
        await Marketplace.EventuallyAsync(async () => await ByHandAsync(booking) == 1, () => $"it was swallowed\n{market.Complaints}");

        Assert.Equal(-owed.Amount, await market.BalanceAsync(booking, "refund_expense"));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task More_given_by_hand_than_was_owed_settles_that_and_the_rest_is_a_gift()
    {
        var booking = await HalfAsync();
        var owed = await OweAsync(booking, "requested");

        await market.RefundByHandAsync(booking.Held.IntentId, booking.Held.Total);
        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        Assert.Equal(owed.Amount - booking.Held.Total, await market.BalanceAsync(booking, "refund_expense"));
        Assert.Equal("refunded", (await market.ReservationAsync(booking))["payment_status"]!.GetValue<string>());
        await market.ExpectSoundAsync();

        // One refund there, two here: taken back, both are.
        var made = await market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE id = @Id", new { owed.Id });
        await market.ControlAsync(market.Stripe, $"/control/refunds/{made}/take_back", new { });
        await Marketplace.EventuallyAsync(async () => await BookedAsync(booking, "refund_reversal") == 2, () => $"not both were taken back\n{market.Complaints}");
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20);
                return await market.ReadAsync<string>("SELECT status FROM reserve.refunds WHERE id = @Id", new { owed.Id }) == "succeeded";
            },
            () => $"what is owed was not made again\n{market.Complaints}");
        Assert.Equal(booking.Held.Total - owed.Amount, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        // The gift is nobody's debt: a person decides.
        Assert.Equal("failed", await market.ReadAsync<string>("SELECT status FROM reserve.refunds WHERE purpose = 'by_hand' AND reservation_id = @ReservationId", new { booking.ReservationId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_fails_while_its_answer_is_lost_is_not_taken_for_made_by_the_answers_repetition()
    {
        var booking = await market.BookStayAsync();
        await LoseAnswersAsync(booking);
        await market.ControlAsync(market.Stripe, $"/control/refunds/{await OnlyRefundAtStripeAsync(booking)}/take_back", new { });
        await market.CalmAsync();

        await market.UntilAsync(booking, "cancelled", TimeSpan.FromMilliseconds(500));

        Assert.Equal(0m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_lost_answer_that_is_older_than_its_key_is_not_asked_for_twice()
    {
        var booking = await HalfAsync();
        await LoseAnswersAsync(booking);
        market.Clock.Advance(TimeSpan.FromHours(25));
        await market.CalmAsync();

        await market.UntilAsync(booking, "cancelled", TimeSpan.FromSeconds(1));

        var half = await market.ReadAsync<decimal>("SELECT refund_amount FROM reserve.cancellations WHERE reservation_id = @ReservationId", new { booking.ReservationId });
        Assert.Equal(booking.Held.Total - half, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task Money_given_back_by_hand_before_it_was_taken_in_is_written_down_with_it()
    {
        var held = await market.HoldAsync(await market.FreeStayAsync());
        var payment = await market.BeginPaymentAsync(held, "card");
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "GET", path = "/v1/payment_intents/*", count = (int?)null });
        Assert.Equal(HttpStatusCode.OK, await market.ConfirmCardAsync(payment));
        await market.RefundByHandAsync(held.IntentId, 10m);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE event_type = @type AND attempts > 0 AND processed_at IS NULL", new { type = ReserveConnect.Payments.StripeReports.ChargeRefunded }) > 0,
            () => $"the report was taken for nothing\n{market.Complaints}");
        await market.CalmAsync();

        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(10));
                await Task.Delay(20);
                return await market.StatusAsync(held.IntentId) == "cancelled";
            },
            () => $"it did not end\n{market.Complaints}");
        Assert.Equal(0m, await market.MoneyAtProvidersAsync(held.IntentId));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE purpose = 'by_hand' AND booking_intent_id = @IntentId", new { held.IntentId }));
        // The guest's money comes first, the Host is told after it.
        await Marketplace.EventuallyAsync(async () => await market.HostStatusAsync(held.IntentId) != "confirmed", () => "the Host still has it");
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_of_a_part_does_not_close_what_is_odd_about_the_payment()
    {
        var booking = await market.BookStayAsync();
        await market.AgeAsync(booking);
        var key = $"payment_amount_mismatch:{await market.ReadAsync<Guid>("SELECT id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId })}";
        var database = (ReserveConnect.Database.ReserveDatabase)market.Services.GetService(typeof(ReserveConnect.Database.ReserveDatabase))!;
        await database.TransactAsync(
            unit => ReserveConnect.Support.Exceptions.RaiseAsync(
                unit,
                new(key, "payment_amount_mismatch", "high", "test", market.Clock.GetUtcNow()) { BookingIntentId = booking.Held.IntentId },
                market.Clock.GetUtcNow()),
            CancellationToken.None);

        await AskForAsync(booking, 10m, "part");
        await MadeAsync(booking, 1);

        Assert.Equal("open", await market.ReadAsync<string>("SELECT status FROM reserve.exceptions WHERE exception_key = @key", new { key }));
    }

    [Theory]
    [InlineData("card")]
    [InlineData("pix")]
    public async Task A_lost_answer_is_not_taken_for_another_refund_of_the_same_amount(string method)
    {
        var booking = await market.BookStayAsync(method: method);
        await market.AgeAsync(booking);
        var system = method == "pix" ? market.MercadoPago : market.Stripe;
        // Two of ours, of one amount; of the second the answer is lost.
        await AskForAsync(booking, 10m, "first");
        await MadeAsync(booking, 1);
        await Marketplace.FaultAsync(system, new { kind = "cut_after_work", method = "POST", path = method == "pix" ? "/v1/payments/*/refunds" : "/v1/refunds", count = 4 });
        await AskForAsync(booking, 10m, "second");

        await MadeAsync(booking, 2);
        Assert.Equal(booking.Held.Total - 20m, await market.MoneyAtProvidersAsync(booking.Held.IntentId));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_database_lets_no_more_go_back_than_was_received()
    {
        var booking = await market.BookStayAsync();

        await AskForAsync(booking, booking.Held.Total - 1m, "most");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskForAsync(booking, 1.01m, "too much"));

        Assert.Equal("RC005", refused.SqlState);
        await MadeAsync(booking, 1);
        await market.ExpectSoundAsync();
    }

    private async Task<Stands> HalfAsync()
    {
        var booking = await market.BookStayAsync();
        await market.HalveAsync(booking);
        return booking;
    }

    // The booking is cancelled; what goes back is not made.
    private async Task<(Guid Id, decimal Amount)> OweAsync(Stands booking, string status)
    {
        if (status == "failed")
        {
            await market.ControlAsync(market.Stripe, "/control/refunds/behaviour", new { outcome = "failed", count = 1 });
        }
        else
        {
            await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/refunds", count = 40 });
        }

        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = @status AND asks + tries > 0", new { booking.ReservationId, status }) == 1,
            () => $"the refund is not {status}\n{market.Complaints}");
        await market.CalmAsync();
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<(Guid, decimal)>("SELECT id, amount FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });
    }

    // The booking is cancelled and its refund made, and nothing of Stripe's tells so.
    private async Task LoseAnswersAsync(Stands booking)
    {
        await Marketplace.WebhookRuleAsync(market.Stripe, new { action = "drop", count = (int?)null });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "cut_after_work", method = "POST", path = "/v1/refunds", count = (int?)null });
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "GET", path = "/v1/refunds", count = (int?)null });
        await market.CancelAsync(booking);
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE reservation_id = @ReservationId AND status = 'requested' AND asks > 0", new { booking.ReservationId }) == 1,
            () => $"the refund was not asked for\n{market.Complaints}");
    }

    private async Task<string> OnlyRefundAtStripeAsync(Stands booking)
    {
        using var faults = await market.Stripe.DeleteAsync("/control/faults");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/refunds?payment_intent={await PaymentAsync(booking)}");
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        var list = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return list["data"]!.AsArray().Single()!["id"]!.GetValue<string>();
    }

    // A gift of the house, as the books need it, that no saga has in hand.
    private async Task AskForAsync(Stands booking, decimal amount, string key)
    {
        var database = (ReserveConnect.Database.ReserveDatabase)market.Services.GetService(typeof(ReserveConnect.Database.ReserveDatabase))!;
        await database.TransactAsync(
            async unit =>
            {
                var now = market.Clock.GetUtcNow();
                var intent = await ReserveConnect.Booking.BookingIntents.LockAsync(unit, booking.Held.IntentId);
                var attempt = (await ReserveConnect.Payments.PaymentAttempts.OfIntentAsync(unit.Connection, intent.Id)).Single();
                var (id, _) = await ReserveConnect.Payments.Refunds.RequestAsync(
                    unit, attempt, amount, new($"test:{intent.Id}:{key}", "goodwill", "test", booking.ReservationId, "platform"), now);
                await ReserveConnect.Finance.Ledger.PostAsync(
                    unit,
                    ReserveConnect.Finance.Postings.Goodwill(new(booking.ReservationId, intent.Id, intent.PropertyId, "BRL", 0, 0, 0, 0, 0), id, amount), "test", now);
                await unit.Connection.ExecuteAsync("UPDATE reserve.refunds SET updated_at = @before WHERE id = @id", new { id, before = now.AddMinutes(-5) });
            },
            CancellationToken.None);
    }

    // By the minute timer, which comes again where the saga of what was made before is just ending.
    private Task MadeAsync(Stands booking, long count) => Marketplace.EventuallyAsync(
        async () =>
        {
            await market.RunJobAsync("expire_intents");
            market.Clock.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(20);
            return await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { booking.Held.IntentId }) == count;
        },
        () => $"there are not {count} refunds\n{market.Complaints}");

    private async Task RefundByHandAsync(Stands booking, long cents)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["payment_intent"] = await PaymentAsync(booking), ["amount"] = $"{cents}" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/refunds") { Content = form };
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await market.Stripe.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private Task<string> PaymentAsync(Stands booking) =>
        market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId });

    private Task<string> ProviderRefundAsync(Stands booking) =>
        market.ReadAsync<string>("SELECT provider_refund_id FROM reserve.refunds WHERE reservation_id = @ReservationId", new { booking.ReservationId });

    private Task<long> TroubleAsync(Stands booking) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE exception_type = 'refund_failed' AND status = 'open' AND booking_intent_id = @IntentId", new { booking.Held.IntentId });

    private Task<long> ByHandAsync(Stands booking) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE purpose = 'by_hand' AND status = 'succeeded' AND reservation_id = @ReservationId", new { booking.ReservationId });

    private Task<long> BookedAsync(Stands booking, string type) =>
        market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions WHERE transaction_type = @type AND booking_intent_id = @IntentId", new { type, booking.Held.IntentId });
}
