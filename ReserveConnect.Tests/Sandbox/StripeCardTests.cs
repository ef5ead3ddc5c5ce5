using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

[Trait("Needs", "shared")]
public sealed class StripeCardTests
{
    [Theory]
    [InlineData("4242424242424242", null, null)]
    [InlineData("5555555555554444", null, null)]
    [InlineData("378282246310005", null, null)]
    [InlineData("4000000000000002", "card_declined", "generic_decline")]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds")]
    [InlineData("4000000000009987", "card_declined", "lost_card")]
    [InlineData("4000000000009979", "card_declined", "stolen_card")]
    [InlineData("4000000000000069", "expired_card", "expired_card")]
    [InlineData("4000000000000127", "incorrect_cvc", "incorrect_cvc")]
    [InlineData("4000000000000119", "processing_error", "processing_error")]
    public async Task A_test_card_does_what_stripe_says_it_does(string number, string? code, string? declineCode)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var intent = await sandbox.Stripe.IntentAsync();

        var answer = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{intent.String("id")}/confirm", StripeCalls.Card(number));
        var after = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}/{intent.String("id")}?expand[]=latest_charge");

        StripeSchema.AssertValid("PaymentIntent", after.Text);
        if (code is null)
        {
            Assert.Equal((200, "succeeded"), (answer.Status, answer.String("status")));
            Assert.Equal(number[^4..], after.Json.GetProperty("latest_charge").GetProperty("payment_method_details").GetProperty("card").GetProperty("last4").GetString());
            return;
        }

        StripeSchema.AssertValid("error", answer.Text);
        Assert.Equal((402, "card_error", code, declineCode), (answer.Status, answer.Error().GetProperty("type").GetString(), answer.ErrorCode(), answer.Error().GetProperty("decline_code").GetString()));
        Assert.Equal("requires_payment_method", after.String("status"));
        Assert.Equal(code, after.Json.GetProperty("last_payment_error").GetProperty("code").GetString());
        Assert.Equal("failed", after.Json.GetProperty("latest_charge").GetProperty("status").GetString());
        Assert.Equal(["payment_intent.created", "charge.failed", "payment_intent.payment_failed"], await sandbox.Stripe.EventsAsync());
    }

    [Theory]
    [InlineData("4242424242424241", "12", "34", "123", "incorrect_number")]
    [InlineData("4242", "12", "34", "123", "incorrect_number")]
    [InlineData("4242424242424242", "13", "34", "123", "invalid_expiry_month")]
    [InlineData("4242424242424242", "12", "2020", "123", "invalid_expiry_year")]
    [InlineData("4242424242424242", "12", "34", "12", "invalid_cvc")]
    public async Task A_mistyped_card_is_refused_before_it_is_charged(string number, string month, string year, string cvc, string code)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.IntentAsync()).String("id");

        var answer = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", StripeCalls.Card(number, month, year, cvc));

        Assert.Equal((402, code), (answer.Status, answer.ErrorCode()));
        Assert.Empty((await sandbox.Stripe.ReadAsync("/v1/charges")).Data());
    }

    [Fact]
    public async Task A_declined_guest_may_try_another_card()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.IntentAsync()).String("id");

        var declined = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", "payment_method=pm_card_chargeDeclined");
        var paid = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", "payment_method=pm_card_visa");

        Assert.Equal((402, 200), (declined.Status, paid.Status));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, paid.Json.GetProperty("last_payment_error").ValueKind);
        Assert.Equal(2, (await sandbox.Stripe.ReadAsync($"/v1/charges?payment_intent={id}")).Data().Count());
    }

    [Theory]
    [InlineData("3.99", "0.39", 100000, 4029)]
    [InlineData("2.9", "0.30", 100000, 2930)]
    [InlineData("3.99", "0.39", 12345, 532)]
    [InlineData("3.99", "0.39", 50, 41)]
    public async Task The_fee_stands_in_the_balance_transaction(string percent, string fix, int amount, int fee)
    {
        var (feePercent, feeFixed) = (decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(fix, System.Globalization.CultureInfo.InvariantCulture));
        await using var sandbox = await RunningSandbox.StartAsync(RunningSandbox.Options with
        {
            Stripe = RunningSandbox.Options.Stripe with { FeePercent = feePercent, FeeFixed = feeFixed },
        });

        var paid = await sandbox.Stripe.FormAsync(
            StripeCalls.Intents, $"amount={amount}&currency=brl&payment_method=pm_card_visa&confirm=true&expand[]=latest_charge.balance_transaction");
        var movement = paid.Json.GetProperty("latest_charge").GetProperty("balance_transaction");

        StripeSchema.AssertValid("PaymentIntent", paid.Text);
        StripeSchema.AssertValid("BalanceTransaction", movement.GetRawText());
        Assert.Equal((amount, fee, amount - fee), (movement.GetProperty("amount").GetInt32(), movement.GetProperty("fee").GetInt32(), movement.GetProperty("net").GetInt32()));
        var listed = Assert.Single((await sandbox.Stripe.ReadAsync($"/v1/balance_transactions?type=charge&source={paid.Json.GetProperty("latest_charge").GetProperty("id").GetString()}")).Data());
        Assert.Equal(movement.GetRawText(), listed.GetRawText());
    }

    [Theory]
    [InlineData("4000002760003184", "complete", "succeeded")]
    [InlineData("4000000000003220", "complete", "succeeded")]
    [InlineData("4000002760003184", "fail", "requires_payment_method")]
    [InlineData("4000008400001629", "complete", "requires_payment_method")]
    public async Task A_card_that_needs_3_d_secure_waits_for_the_guest(string number, string result, string status)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var id = (await sandbox.Stripe.IntentAsync()).String("id");

        var waiting = await sandbox.Stripe.FormAsync($"{StripeCalls.Intents}/{id}/confirm", StripeCalls.Card(number));
        await sandbox.Stripe.CallAsync(HttpMethod.Post, $"/control/payment_intents/{id}/authenticate", new StringContent($$"""{"result":"{{result}}"}""", System.Text.Encoding.UTF8, "application/json"));
        var after = await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}/{id}");

        StripeSchema.AssertValid("PaymentIntent", waiting.Text);
        StripeSchema.AssertValid("PaymentIntent", after.Text);
        Assert.Equal((200, "requires_action", "use_stripe_sdk"), (waiting.Status, waiting.String("status"), waiting.Json.GetProperty("next_action").GetProperty("type").GetString()));
        Assert.Equal(status, after.String("status"));
        Assert.Contains("payment_intent.requires_action", await sandbox.Stripe.EventsAsync());
    }

    [Theory]
    [InlineData("complete", "succeeded", "succeeded")]
    [InlineData("fail", "failed", "requires_payment_method")]
    public async Task The_banks_page_sends_the_guest_back_where_they_came_from(string button, string said, string status)
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var waiting = await sandbox.Stripe.PayAsync("pm_card_authenticationRequired", "&return_url=https://reserve.example/back?b=1");
        var id = waiting.String("id");
        var url = waiting.Json.GetProperty("next_action").GetProperty("redirect_to_url").GetProperty("url").GetString()!;
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });

        var page = await browser.GetAsync(url);
        var forged = await browser.FormAsync(url.Split('?')[0] + "?secret=x", $"result={button}");
        var pressed = await browser.FormAsync(url, $"result={button}");

        Assert.Equal((200, 404, 302), ((int)page.StatusCode, forged.Status, pressed.Status));
        Assert.StartsWith($"https://reserve.example/back?b=1&payment_intent={id}&", pressed.Message.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"redirect_status={said}", pressed.Message.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(status, (await sandbox.Stripe.ReadAsync($"{StripeCalls.Intents}/{id}")).String("status"));
        Assert.Equal(404, (await browser.FormAsync(url, $"result={button}")).Status);
    }

    [Fact]
    public async Task Nobody_to_authenticate_is_a_decline()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var declined = await sandbox.Stripe.PayAsync("pm_card_authenticationRequired", "&error_on_requires_action=true");

        Assert.Equal((402, "authentication_required"), (declined.Status, declined.ErrorCode()));
    }
}
