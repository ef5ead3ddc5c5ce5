using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

/// <summary>The gateway against the sandbox's Stripe, over HTTP.</summary>
public class StripeSandboxTests : ProviderTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private static CreateCardPayment ThousandReais(bool captureLater = false) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1000m, "BRL", captureLater, "Stay", "ana@example.com");

    [Fact]
    public async Task A_card_is_charged_told_of_and_given_back()
    {
        await using var sandbox = await StartSandboxAsync();
        var stripe = sandbox.Clients.Stripe;
        var request = ThousandReais();

        var opened = (await stripe.CreatePaymentIntent(request, "open-1", Ct)).ValueOrNull!;
        Assert.Equal((CardPaymentStatus.RequiresPaymentMethod, 1000m, "BRL", null), (opened.Status, opened.Amount, opened.Currency, opened.ChargeId));
        Assert.Equal(request.AttemptId.ToString(), opened.Metadata["attempt_id"]);
        Assert.Equal(opened.Id, (await stripe.CreatePaymentIntent(request, "open-1", Ct)).ValueOrNull!.Id);

        await sandbox.Confirm(opened.Id, opened.ClientSecret!, "pm_card_visa");
        var paid = (await stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!;
        Assert.Equal((CardPaymentStatus.Succeeded, 1000m, "visa", "4242"), (paid.Status, paid.AmountReceived, paid.CardBrand, paid.CardLast4));
        Assert.InRange(paid.Fee!.Value, 0.01m, 100m);

        var webhook = await sandbox.Webhook(seen => seen.Path == "/stripe" && seen.Text.Contains("payment_intent.succeeded", StringComparison.Ordinal));
        Assert.Equal(
            WebhookVerdict.Valid,
            StripeWebhook.Verify(
                webhook.Body, webhook.Headers["Stripe-Signature"], [SandboxStack.Keys.Stripe.WebhookSecret], TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5)));
        var told = StripeEvent.Parse(webhook.Body)!;
        Assert.Equal((opened.Id, "2026-07-29.dahlia"), (told.PaymentIntentId, told.ApiVersion));
        Assert.Equal((request.BookingIntentId, request.AttemptId), (told.BookingIntentId, told.AttemptId));

        var refundId = Guid.CreateVersion7();
        var refund = (await stripe.CreateRefund(new CreateCardRefund(refundId, opened.Id, 250.50m, "BRL"), "refund-1", Ct)).ValueOrNull!;
        Assert.Equal((CardRefundStatus.Succeeded, 250.50m, opened.Id), (refund.Status, refund.Amount, refund.PaymentIntentId));
        Assert.Equal(refundId.ToString(), refund.Metadata["refund_id"]);
        Assert.Equal(refund.Id, (await stripe.CreateRefund(new CreateCardRefund(refundId, opened.Id, 250.50m, "BRL"), "refund-1", Ct)).ValueOrNull!.Id);
        Assert.Equal(refund.Id, (await stripe.GetRefund(refund.Id, Ct)).ValueOrNull!.Id);
        Assert.Equal([refund.Id], (await stripe.ListRefunds(opened.Id, Ct)).ValueOrNull!.Select(one => one.Id));
        Assert.Equal(250.50m, (await stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!.AmountRefunded);

        Assert.IsType<ProviderAnswer<CardRefund>.Refused>(
            await stripe.CreateRefund(new CreateCardRefund(Guid.CreateVersion7(), opened.Id, 1000m, "BRL"), "refund-2", Ct));
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    public async Task A_declined_card_says_why(string card, string code, string decline)
    {
        await using var sandbox = await StartSandboxAsync();
        var opened = (await sandbox.Clients.Stripe.CreatePaymentIntent(ThousandReais(), "open", Ct)).ValueOrNull!;
        await sandbox.Confirm(opened.Id, opened.ClientSecret!, card);

        var declined = (await sandbox.Clients.Stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!;
        Assert.Equal((CardPaymentStatus.RequiresPaymentMethod, code, decline), (declined.Status, declined.ErrorCode, declined.DeclineCode));
    }

    [Fact]
    public async Task An_authorised_card_is_captured_or_let_go()
    {
        await using var sandbox = await StartSandboxAsync();
        var stripe = sandbox.Clients.Stripe;
        var ids = new List<string>();
        foreach (var operation in (string[])["open-1", "open-2"])
        {
            var opened = (await stripe.CreatePaymentIntent(ThousandReais(captureLater: true), operation, Ct)).ValueOrNull!;
            await sandbox.Confirm(opened.Id, opened.ClientSecret!, "pm_card_visa");
            var authorised = (await stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!;
            Assert.Equal((CardPaymentStatus.RequiresCapture, 1000m, 0m), (authorised.Status, authorised.AmountCapturable, authorised.AmountReceived));
            Assert.Null(authorised.Fee);
            ids.Add(opened.Id);
        }

        var captured = (await stripe.CapturePaymentIntent(ids[0], 1000m, "capture", Ct)).ValueOrNull!;
        Assert.Equal((CardPaymentStatus.Succeeded, 1000m), (captured.Status, captured.AmountReceived));
        Assert.NotNull(captured.Fee);
        Assert.Equal(CardPaymentStatus.Canceled, (await stripe.CancelPaymentIntent(ids[1], "cancel", Ct)).ValueOrNull!.Status);
        // What is paid cannot be cancelled, and says so.
        Assert.IsType<ProviderAnswer<CardPayment>.Refused>(await stripe.CancelPaymentIntent(ids[0], "cancel-paid", Ct));
    }

    [Fact]
    public async Task Three_d_secure_is_asked_for()
    {
        await using var sandbox = await StartSandboxAsync();
        var opened = (await sandbox.Clients.Stripe.CreatePaymentIntent(ThousandReais(), "open", Ct)).ValueOrNull!;
        await sandbox.Confirm(opened.Id, opened.ClientSecret!, "pm_card_threeDSecure2Required");

        var asked = (await sandbox.Clients.Stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!;
        Assert.Equal(CardPaymentStatus.RequiresAction, asked.Status);
        Assert.NotNull(asked.NextActionType);
        await sandbox.Control(sandbox.Servers.Stripe, $"payment_intents/{opened.Id}/authenticate", new { result = "complete" });
        Assert.Equal(CardPaymentStatus.Succeeded, (await sandbox.Clients.Stripe.GetPaymentIntent(opened.Id, Ct)).ValueOrNull!.Status);
    }

    /// <summary>The work is done and the answer lost: the retry under the same key finds it done, once.</summary>
    [Theory]
    [InlineData("cut_after_work")]
    [InlineData("cut_before_work")]
    [InlineData("status")]
    [InlineData("rate_limit")]
    public async Task A_refund_whose_answer_is_lost_is_made_once(string fault)
    {
        await using var sandbox = await StartSandboxAsync(("Reserve:Stripe:RetryMaxDelay", "00:00:02"));
        var stripe = sandbox.Clients.Stripe;
        var opened = (await stripe.CreatePaymentIntent(ThousandReais(), "open", Ct)).ValueOrNull!;
        await sandbox.Confirm(opened.Id, opened.ClientSecret!, "pm_card_visa");
        await sandbox.Control(sandbox.Servers.Stripe, "faults", new { kind = fault, method = "POST", path = "/v1/refunds", count = 1 });

        var refund = await stripe.CreateRefund(new CreateCardRefund(Guid.CreateVersion7(), opened.Id, 1000m, "BRL"), "refund", Ct);
        Assert.Equal(1000m, refund.ValueOrNull?.Amount);
        Assert.Single((await stripe.ListRefunds(opened.Id, Ct)).ValueOrNull!);
    }

    [Fact]
    public async Task A_time_out_after_the_work_is_unknown_and_asking_tells()
    {
        await using var sandbox = await StartSandboxAsync(("Reserve:Stripe:Retries", "0"), ("Reserve:Stripe:CallTimeout", "00:00:02"));
        var request = ThousandReais();
        await sandbox.Control(sandbox.Servers.Stripe, "faults", new { kind = "time_out_after_work", method = "POST", path = "/v1/payment_intents", count = 1 });

        Assert.IsType<ProviderAnswer<CardPayment>.Unknown>(await sandbox.Clients.Stripe.CreatePaymentIntent(request, "open", Ct));
        var again = (await sandbox.Clients.Stripe.CreatePaymentIntent(request, "open", Ct)).ValueOrNull!;
        Assert.Equal(request.AttemptId.ToString(), again.Metadata["attempt_id"]);
        Assert.Equal(1, (await ObjectsAsync(sandbox)).GetProperty("payment_intents").GetInt32());
    }

    [Fact]
    public async Task A_wrong_key_and_a_key_used_for_something_else_are_refused()
    {
        await using var sandbox = await StartSandboxAsync();
        await using var stranger = Connect(sandbox.Servers.Stripe.ToString(), ("Reserve:Stripe:ApiKey", "sk_test_wrong"));
        var refused = Assert.IsType<ProviderAnswer<CardPayment>.Refused>(await stranger.Stripe.GetPaymentIntent("pi_1", Ct));
        Assert.Equal((401, "unauthorized"), (refused.Status, refused.Code));

        await sandbox.Clients.Stripe.CreatePaymentIntent(ThousandReais(), "open", Ct);
        var other = Assert.IsType<ProviderAnswer<CardPayment>.Refused>(await sandbox.Clients.Stripe.CreatePaymentIntent(ThousandReais(), "open", Ct));
        Assert.Equal((400, "idempotency_error"), (other.Status, other.Code));
    }

    private static async Task<System.Text.Json.JsonElement> ObjectsAsync(SandboxStack sandbox)
    {
        using var http = new HttpClient();
        return System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(await http.GetStringAsync(new Uri(sandbox.Servers.Stripe, "control/objects")));
    }
}
