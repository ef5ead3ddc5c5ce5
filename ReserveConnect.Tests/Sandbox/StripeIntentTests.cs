using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class StripeIntentTests
{
    [Fact]
    public async Task An_intent_goes_from_creation_to_success()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var made = await sandbox.Stripe.IntentAsync("&metadata[intent]=7&description=Estadia&receipt_email=ana@example.com&payment_method_types[]=card");
        var id = made.String("id");
        var updated = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}", "amount=65000&metadata[night]=2&metadata[intent]=");
        var paid = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", "payment_method=pm_card_visa");
        var charge = await sandbox.Stripe.ReadAsync($"/v1/charges/{paid.String("latest_charge")}");

        Assert.All(new[] { made, updated, paid }, answer => StripeSchema.AssertValid("PaymentIntent", answer.Text));
        StripeSchema.AssertValid("Charge", charge.Text);
        Assert.Equal(["requires_payment_method", "requires_payment_method", "succeeded"], new[] { made, updated, paid }.Select(a => a.String("status")));
        Assert.Equal("""{"night":"2"}""", paid.Json.GetProperty("metadata").GetRawText());
        Assert.Equal("""{"night":"2"}""", charge.Json.GetProperty("metadata").GetRawText());
        Assert.Equal((65000, 65000), (paid.Json.GetProperty("amount_received").GetInt32(), charge.Json.GetProperty("amount_captured").GetInt32()));
        Assert.Equal("ana@example.com", charge.String("receipt_email"));
        Assert.Equal(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"], await sandbox.Stripe.EventsAsync());
        foreach (var happened in (await sandbox.Stripe.ReadAsync("/v1/events")).Data())
        {
            StripeSchema.AssertValid("Event", happened.GetRawText());
            Assert.Equal(happened.GetRawText(), (await sandbox.Stripe.ReadAsync($"/v1/events/{happened.GetProperty("id").GetString()}")).Text);
        }
    }

    [Fact]
    public async Task What_is_authorised_is_captured_later_or_released()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var held = await sandbox.Stripe.PayAsync(more: "&capture_method=manual");
        var id = held.String("id");
        var early = await sandbox.Stripe.FormAsync("/v1/refunds", $"payment_intent={id}");
        var tooMuch = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/capture", "amount_to_capture=64001");
        var taken = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/capture", "amount_to_capture=60000&expand[]=latest_charge");
        var again = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/capture", "");
        var other = await sandbox.Stripe.PayAsync(more: "&capture_method=manual");
        var released = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{other.String("id")}/cancel", "cancellation_reason=requested_by_customer&expand[]=latest_charge");

        Assert.Equal(("requires_capture", 64000, 0), (held.String("status"), held.Json.GetProperty("amount_capturable").GetInt32(), held.Json.GetProperty("amount_received").GetInt32()));
        Assert.Equal([400, 400, 200, 400], new[] { early, tooMuch, taken, again }.Select(a => a.Status));
        Assert.Equal(("succeeded", 60000), (taken.String("status"), taken.Json.GetProperty("amount_received").GetInt32()));
        Assert.True(taken.Json.GetProperty("latest_charge").GetProperty("captured").GetBoolean());
        Assert.Equal(("canceled", "requested_by_customer"), (released.String("status"), released.String("cancellation_reason")));
        Assert.True(released.Json.GetProperty("latest_charge").GetProperty("refunded").GetBoolean());
        Assert.Single((await sandbox.Stripe.ReadAsync("/v1/balance_transactions")).Data());
        Assert.Contains("payment_intent.amount_capturable_updated", await sandbox.Stripe.EventsAsync());
        Assert.All(new[] { held, taken, released }, answer => StripeSchema.AssertValid("PaymentIntent", answer.Text));
    }

    [Fact]
    public async Task An_authorisation_that_nobody_captures_ends_after_seven_days()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.PayAsync(more: "&capture_method=manual")).String("id");
        await sandbox.Stripe.ControlAsync(HttpMethod.Put, "clock", new { advance = "7.00:01:00" });

        for (var i = 0; i < 300 && (await StatusAsync()) == "requires_capture"; i++)
            await Task.Delay(20);

        Assert.Equal("canceled", await StatusAsync());

        async Task<string> StatusAsync() => (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}/{id}")).String("status");
    }

    [Fact]
    public async Task What_is_over_is_over()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var paid = (await sandbox.Stripe.PayAsync()).String("id");
        var canceled = (await sandbox.Stripe.IntentAsync()).String("id");
        Assert.Equal("canceled", (await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{canceled}/cancel", "")).String("status"));

        Answer[] refusals =
        [
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{paid}/confirm", "payment_method=pm_card_visa"),
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{paid}/cancel", ""),
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{canceled}/confirm", "payment_method=pm_card_visa"),
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{canceled}/cancel", ""),
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{canceled}/capture", ""),
            await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{(await sandbox.Stripe.IntentAsync()).String("id")}/confirm", ""),
        ];

        Assert.All(refusals, refusal => Assert.Equal((400, "payment_intent_unexpected_state"), (refusal.Status, refusal.ErrorCode())));
        Assert.All(refusals, refusal => StripeSchema.AssertValid("error", refusal.Text));
        Assert.All(refusals, refusal => Assert.NotEqual("", refusal.Error().GetProperty("payment_intent").GetProperty("status").GetString()));
        Assert.Single((await sandbox.Stripe.ReadAsync("/v1/charges")).Data());
    }

    [Fact]
    public async Task Of_many_confirmations_and_cancellations_at_once_one_wins()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        for (var round = 0; round < 10; round++)
        {
            var id = (await sandbox.Stripe.IntentAsync()).String("id");
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => i % 2 == 0
                ? sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", "payment_method=pm_card_visa")
                : sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/cancel", "")));

            Assert.Single(answers, answer => answer.Status == 200);
            var status = (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}/{id}")).String("status");
            Assert.Equal(status == "succeeded" ? 1 : 0, (await sandbox.Stripe.ReadAsync($"/v1/charges?payment_intent={id}")).Data().Count());
        }
    }

    [Fact]
    public async Task The_same_key_does_the_work_once_and_gives_the_same_answer()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var first = await sandbox.Stripe.IntentAsync("&payment_method=pm_card_visa&confirm=true", "k");
        var again = await sandbox.Stripe.IntentAsync("&confirm=true&payment_method=pm_card_visa", "k");
        var other = await sandbox.Stripe.IntentAsync("&payment_method=pm_card_visa", "k");
        var declined = await sandbox.Stripe.IntentAsync("&payment_method=pm_card_chargeDeclined&confirm=true", "d");
        var declinedAgain = await sandbox.Stripe.IntentAsync("&payment_method=pm_card_chargeDeclined&confirm=true", "d");
        var wrong = await sandbox.Stripe.FormAsync(StripeCalls.Intents, "amount=64000", "w");
        var righted = await sandbox.Stripe.FormAsync(StripeCalls.Intents, "amount=64000&currency=brl", "w");

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(["true"], again.Message.Headers.GetValues("Idempotent-Replayed"));
        Assert.False(first.Message.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal((400, "idempotency_error"), (other.Status, other.Error().GetProperty("type").GetString()));
        Assert.Equal((402, declined.Text), (declinedAgain.Status, declinedAgain.Text));
        Assert.Equal((400, 200), (wrong.Status, righted.Status));
        Assert.Equal(3, (await sandbox.Stripe.ReadAsync(StripeCalls.Intents)).Data().Count());
    }

    [Theory]
    [InlineData("currency=brl", "parameter_missing", "amount")]
    [InlineData("amount=100", "parameter_missing", "currency")]
    [InlineData("amount=ten&currency=brl", "parameter_invalid_integer", "amount")]
    [InlineData("amount=10.5&currency=brl", "parameter_invalid_integer", "amount")]
    [InlineData("amount=-5&currency=brl", "parameter_invalid_integer", "amount")]
    [InlineData("amount=49&currency=brl", "amount_too_small", "amount")]
    [InlineData("amount=100000000&currency=brl", "amount_too_large", "amount")]
    [InlineData("amount=100&currency=reais", null, "currency")]
    [InlineData("amount=100&currency=brl&colour=blue", "parameter_unknown", "colour")]
    [InlineData("amount=100&currency=brl&automatic_payment_methods[colour]=blue", "parameter_unknown", "automatic_payment_methods[colour]")]
    [InlineData("amount=100&currency=brl&capture_method=later", null, "capture_method")]
    [InlineData("amount=100&currency=brl&payment_method=pm_card_unknown", "resource_missing", "payment_method")]
    [InlineData("amount=100&currency=brl&payment_method_types[]=pix", "payment_intent_invalid_parameter", "payment_method_types")]
    [InlineData("amount=100&currency=brl&expand[]=customer.name", null, "expand")]
    public async Task A_request_that_makes_no_sense_is_refused_with_the_parameter_at_fault(string form, string? code, string param)
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var answer = await sandbox.Stripe.FormAsync(StripeCalls.Intents, form);

        StripeSchema.AssertValid("error", answer.Text);
        Assert.InRange(answer.Status, 400, 404);
        Assert.Equal(("invalid_request_error", code, param), (answer.Error().GetProperty("type").GetString(), answer.ErrorCode(), answer.Error().GetProperty("param").GetString()));
        Assert.Empty((await sandbox.Stripe.ReadAsync(StripeCalls.Intents)).Data());
    }

    [Fact]
    public async Task Only_the_secret_key_may_do_everything()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var made = await sandbox.Stripe.IntentAsync();
        var (id, secret) = (made.String("id"), made.String("client_secret"));
        using var nobody = new HttpClient { BaseAddress = sandbox.Stripe.BaseAddress };
        using var stranger = RunningSandbox.Client(sandbox.Stripe.BaseAddress!, "sk_test_other");
        using var browser = RunningSandbox.Client(sandbox.Stripe.BaseAddress!, "pk_test_sandbox");

        Assert.Equal(401, (await nobody.ReadAsync(StripeCalls.Intents)).Status);
        Assert.Equal(401, (await stranger.ReadAsync(StripeCalls.Intents)).Status);
        Assert.Equal(403, (await browser.ReadAsync(StripeCalls.Intents)).Status);
        Assert.Equal(403, (await browser.FormAsync(StripeCalls.Intents, "amount=100&currency=brl")).Status);
        Assert.Equal(404, (await browser.ReadAsync($"{StripeCalls.Intents}/{id}")).Status);
        Assert.Equal(404, (await browser.ReadAsync($"{StripeCalls.Intents}/{id}?client_secret=wrong")).Status);
        Assert.Equal(200, (await browser.ReadAsync($"{StripeCalls.Intents}/{id}?client_secret={secret}")).Status);
        var paid = await nobody.FormAsync($"{StripeCalls.Intents}/{id}/confirm", $"key=pk_test_sandbox&client_secret={secret}&{StripeCalls.Card("4242424242424242")}");
        Assert.Equal("succeeded", paid.String("status"));
    }

    [Fact]
    public async Task Lists_come_newest_first_in_pages()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Insert(0, (await sandbox.Stripe.IntentAsync(i % 2 == 0 ? "&customer=cus_1" : "")).String("id"));

        var first = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?limit=3");
        var second = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?limit=3&starting_after={ids[2]}");
        var last = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?limit=3&starting_after={ids[5]}");
        var back = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?limit=3&ending_before={ids[5]}");

        Assert.Equal(ids[..3], Ids(first));
        Assert.Equal(ids[3..6], Ids(second));
        Assert.Equal(ids[6..], Ids(last));
        Assert.Equal(ids[2..5], Ids(back));
        Assert.Equal([true, true, false], new[] { first, second, last }.Select(a => a.Json.GetProperty("has_more").GetBoolean()));
        Assert.Equal(4, (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?customer=cus_1")).Data().Count());
        Assert.Empty((await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?created[lt]=1000")).Data());
        Assert.Equal(7, (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?created[gte]=1000")).Data().Count());
        Assert.Equal(400, (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}?limit=101")).Status);
        Assert.Equal(7, (await sandbox.Stripe.ReadAsync("/v1/events?type=payment_intent.created")).Data().Count());
    }

    private static IEnumerable<string> Ids(Answer list) => list.Data().Select(item => item.GetProperty("id").GetString()!);
}
