using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Providers;
using ReserveConnect.Providers.Stripe;
using Xunit;

namespace ReserveConnect.Tests.Providers.Stripe;

[Trait("Needs", "shared")]
public class StripeGatewayTests : ProviderTests
{
    private static readonly CreateCardPayment Payment =
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1234.50m, "BRL", false, "Pousada & Café, 2 nights", "ana@example.com");

    private static JsonObject Fixture(string name) =>
        JsonNode.Parse(Contracts.Text("stripe/fixtures-open.json"))!["resources"]![name]!.DeepClone().AsObject();

    [Fact]
    public async Task Every_request_is_one_of_the_published_contract()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = Connect(server.Url);
        var stripe = clients.Stripe;

        await stripe.CreatePaymentIntent(Payment, "op-1", CancellationToken.None);
        await stripe.CreatePaymentIntent(Payment with { CaptureLater = true, ReceiptEmail = null }, "op-2", CancellationToken.None);
        await stripe.GetPaymentIntent("pi_1", CancellationToken.None);
        await stripe.CancelPaymentIntent("pi_1", "op-3", CancellationToken.None);
        await stripe.CapturePaymentIntent("pi_1", 10m, "op-4", CancellationToken.None);
        await stripe.CreateRefund(new CreateCardRefund(Guid.CreateVersion7(), "pi_1", 10m, "BRL"), "op-5", CancellationToken.None);
        await stripe.GetRefund("re_1", CancellationToken.None);
        await stripe.ListRefunds("pi_1", CancellationToken.None);
        await stripe.CreateTransfer(new CreateCardTransfer(Guid.CreateVersion7(), "acct_1", 10m, "BRL", "Payout"), "op-6", CancellationToken.None);
        await stripe.GetTransfer("tr_1", CancellationToken.None);
        await stripe.ListTransfers(Guid.CreateVersion7(), CancellationToken.None);
        await stripe.GetBalance(CancellationToken.None);
        await stripe.ListTransactions(new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), null, null, 100), CancellationToken.None);
        await stripe.ListTransactions(new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), "refund", "txn_1", 100), CancellationToken.None);

        Assert.Equal(14, server.Requests.Count);
        foreach (var request in server.Requests)
        {
            StripeSchema.AssertRequest(request);
            Assert.Equal("Bearer sk_test_secret_key", request.Headers["Authorization"]);
            Assert.Equal("2026-07-29.dahlia", request.Headers["Stripe-Version"]);
            Assert.Equal(request.Method == "POST", request.Headers.ContainsKey("Idempotency-Key"));
        }
    }

    /// <summary>The check above can fail.</summary>
    [Fact]
    public void A_parameter_that_stripe_does_not_have_is_noticed() =>
        Assert.NotEmpty(StripeSchema.Errors("RefundCreateParams", """{"payment_intent":"pi_1","amount":1,"refund_id":"x"}"""));

    [Fact]
    public async Task A_payment_is_opened_for_cards_in_minor_units_with_our_ids()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = Connect(server.Url);
        await clients.Stripe.CreatePaymentIntent(Payment, "op-1", CancellationToken.None);

        var seen = server.Requests.Single();
        Assert.Equal("/v1/payment_intents", seen.Target);
        Assert.Equal("op-1", seen.Headers["Idempotency-Key"]);
        Assert.Equal(
            [
                "amount=123450", "capture_method=automatic", "currency=brl", "description=Pousada & Café, 2 nights", $"metadata[attempt_id]={Payment.AttemptId}",
                $"metadata[booking_intent_id]={Payment.BookingIntentId}", "payment_method_types[0]=card", "receipt_email=ana@example.com",
            ],
            Pairs(seen.Text));
    }

    [Fact]
    public async Task The_published_payment_is_read()
    {
        var intent = Fixture("payment_intent");
        StripeSchema.AssertValid("PaymentIntent", intent.ToJsonString());
        var read = await Read(intent);
        Assert.Equal(("pi_1PgafyB7WZ01zgkWSjxsAJo3", CardPaymentStatus.RequiresPaymentMethod, "USD"), (read.Id, read.Status, read.Currency));
        Assert.Equal((10.99m, 0m, 0m, 0m), (read.Amount, read.AmountCapturable, read.AmountReceived, read.AmountRefunded));
        Assert.Null(read.ChargeId);
        Assert.Null(read.Fee);
        Assert.StartsWith("pi_1PgafyB7WZ01zgkWSjxsAJo3_secret_", read.ClientSecret, StringComparison.Ordinal);
        Assert.Empty(read.Metadata);
    }

    [Theory]
    [InlineData("brl", "29.30")]
    [InlineData("usd", null)]
    public async Task A_paid_payment_is_read_with_card_and_fee_in_its_own_currency(string feeCurrency, string? fee)
    {
        var transaction = JsonNode.Parse($$"""
            {"id":"txn_1","object":"balance_transaction","amount":100000,"balance_type":"payments","available_on":1,"created":1,"currency":"{{feeCurrency}}","description":null,
             "exchange_rate":null,"fee":2930,"fee_details":[],"net":97070,"reporting_category":"charge","source":"ch_1","status":"pending","type":"charge"}
            """)!;
        StripeSchema.AssertValid("BalanceTransaction", transaction.ToJsonString());
        var charge = Fixture("charge");
        charge["balance_transaction"] = transaction;
        charge["amount_refunded"] = 2500;
        var intent = Fixture("payment_intent");
        intent["amount"] = 100_000;
        intent["amount_received"] = 100_000;
        intent["currency"] = "brl";
        intent["status"] = "succeeded";
        intent["latest_charge"] = charge;
        intent["metadata"] = new JsonObject { ["attempt_id"] = "a" };

        var read = await Read(intent);
        Assert.Equal((CardPaymentStatus.Succeeded, 1000m, 1000m, 25m, "BRL"), (read.Status, read.Amount, read.AmountReceived, read.AmountRefunded, read.Currency));
        Assert.Equal(("ch_1PgafuB7WZ01zgkWXYmPNZs8", "visa", "4242", "credit"), (read.ChargeId, read.CardBrand, read.CardLast4, read.CardFunding));
        Assert.Equal("a", read.Metadata["attempt_id"]);
        Assert.Equal(fee, read.Fee?.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_charge_that_is_not_expanded_still_has_its_id()
    {
        var intent = Fixture("payment_intent");
        intent["latest_charge"] = "ch_1";
        var read = await Read(intent);
        Assert.Equal(("ch_1", null), (read.ChargeId, read.CardBrand));
        Assert.Null(read.Fee);
    }

    [Fact]
    public async Task A_declined_payment_says_why()
    {
        var intent = Fixture("payment_intent");
        intent["last_payment_error"] = JsonNode.Parse(
            """{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds.","payment_method":{"id":"pm_1","card":{"brand":"visa","last4":"9995","funding":"debit"}}}""");
        var read = await Read(intent);
        Assert.Equal(
            ("card_declined", "insufficient_funds", "Your card has insufficient funds.", "9995", "debit"),
            (read.ErrorCode, read.DeclineCode, read.ErrorMessage, read.CardLast4, read.CardFunding));
    }

    [Fact]
    public async Task A_refund_is_read()
    {
        const string refund = """
            {"id":"re_1","object":"refund","amount":1050,"balance_transaction":"txn_2","charge":"ch_1","created":1,"currency":"brl","customer":null,"customer_account":null,"payment_method":"pm_1",
             "metadata":{"refund_id":"r"},"payment_intent":"pi_1","reason":null,"receipt_number":null,"source_transfer_reversal":null,
             "status":"succeeded","transfer_reversal":null}
            """;
        StripeSchema.AssertValid("Refund", refund);
        await using var server = new FaultServer(FaultServer.Answer(200, refund));
        await using var clients = Connect(server.Url);
        var read = (await clients.Stripe.GetRefund("re_1", CancellationToken.None)).ValueOrNull!;
        Assert.Equal(("re_1", CardRefundStatus.Succeeded, 10.50m, "BRL"), (read.Id, read.Status, read.Amount, read.Currency));
        Assert.Equal(("pi_1", "ch_1", null, "r"), (read.PaymentIntentId, read.ChargeId, read.FailureReason, read.Metadata["refund_id"]));
    }

    [Theory]
    [InlineData("", null, null, null, null)]
    [InlineData("""{"id":"txn_1","amount":-1050,"fee":5500,"currency":"brl"}""", "10.50", "55.00", null, null)]
    [InlineData("""{"id":"txn_1","amount":-1050,"fee":5500,"currency":"brl"},{"id":"txn_2","amount":1050,"fee":0,"currency":"brl"}""", "10.50", "55.00", "10.50", "0.00")]
    [InlineData("""{"id":"txn_1","amount":-1050,"fee":5500,"currency":"brl"},{"id":"txn_2","amount":1050,"fee":-5500,"currency":"brl"}""", "10.50", "55.00", "10.50", "55.00")]
    public async Task A_dispute_is_read_with_the_money_that_moved(string movements, string? taken, string? fee, string? back, string? feeBack)
    {
        await using var server = new FaultServer(FaultServer.Answer(200, Dispute(movements)));
        await using var clients = Connect(server.Url);
        var read = (await clients.Stripe.GetDispute("du_1", CancellationToken.None)).ValueOrNull!;

        Assert.Equal("/v1/disputes/du_1", server.Requests.Single().Target);
        Assert.Equal(("du_1", CardDisputeStatus.NeedsResponse, 10.50m, "BRL", "fraudulent", "pi_1"), (read.Id, read.Status, read.Amount, read.Currency, read.Reason, read.PaymentIntentId));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_600_000), read.EvidenceDueBy);
        Assert.Equal((taken, fee), (Text(read.Withdrawn?.Amount), Text(read.Withdrawn?.Fee)));
        Assert.Equal((back, feeBack), (Text(read.Reinstated?.Amount), Text(read.Reinstated?.Fee)));

        static string? Text(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("""{"id":"txn_1","amount":-1050,"fee":5500,"currency":"usd"}""")]
    [InlineData("""{"id":"txn_1","amount":-1050,"currency":"brl"}""")]
    [InlineData("""{"id":"txn_1","amount":-1050,"fee":-5500,"currency":"brl"}""")]
    public async Task A_dispute_whose_money_cannot_be_understood_is_unknown(string movements)
    {
        await using var server = new FaultServer(FaultServer.Answer(200, Dispute(movements)));
        await using var clients = Connect(server.Url);

        Assert.IsType<ProviderAnswer<CardDispute>.Unknown>(await clients.Stripe.GetDispute("du_1", CancellationToken.None));
    }

    private static string Dispute(string movements) =>
        $$"""
        {"id":"du_1","object":"dispute","amount":1050,"balance_transactions":[{{movements}}],"charge":"ch_1","created":1700000000,"currency":"brl",
         "evidence":{},"evidence_details":{"due_by":1700600000,"has_evidence":false,"past_due":false,"submission_count":0},"is_charge_refundable":false,
         "livemode":false,"metadata":{},"payment_intent":"pi_1","reason":"fraudulent","status":"needs_response"}
        """;

    [Fact]
    public async Task Refunds_are_listed_over_all_pages()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, """{"object":"list","has_more":true,"data":[{"id":"re_2","status":"pending","amount":1,"currency":"brl"}]}"""),
            FaultServer.Answer(200, """{"object":"list","has_more":false,"data":[{"id":"re_1","status":"failed","amount":2,"currency":"brl","failure_reason":"unknown"}]}"""));
        await using var clients = Connect(server.Url);

        var refunds = (await clients.Stripe.ListRefunds("pi_1", CancellationToken.None)).ValueOrNull!;
        Assert.Equal([("re_2", CardRefundStatus.Pending), ("re_1", CardRefundStatus.Failed)], refunds.Select(refund => (refund.Id, refund.Status)));
        Assert.Equal("/v1/refunds", server.Requests.Last().Path);
        Assert.Equal(["limit=100", "payment_intent=pi_1", "starting_after=re_2"], Pairs(server.Requests.Last().Target.Split('?')[1]));
    }

    [Fact]
    public async Task A_list_that_never_ends_is_not_taken_for_a_whole()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, """{"object":"list","has_more":true,"data":[{"id":"re_2","status":"pending","amount":1,"currency":"brl"}]}"""));
        await using var clients = Connect(server.Url, ("Reserve:Stripe:RefundPages", "3"));
        Assert.IsType<ProviderAnswer<IReadOnlyList<CardRefund>>.Unknown>(await clients.Stripe.ListRefunds("pi_1", CancellationToken.None));
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("status", "\"frozen\"")]
    [InlineData("amount", null)]
    [InlineData("amount", "10.5")]
    [InlineData("currency", null)]
    [InlineData("currency", "\"kwd\"")]
    [InlineData("id", "\"\"")]
    public async Task A_payment_that_is_not_understood_is_unknown_and_nothing_is_guessed(string field, string? value)
    {
        var intent = Fixture("payment_intent");
        if (value is null)
            intent.Remove(field);
        else
            intent[field] = JsonNode.Parse(value);
        await using var server = new FaultServer(FaultServer.Answer(200, intent.ToJsonString()));
        await using var clients = Connect(server.Url, ("Retries", "0"));
        Assert.IsType<ProviderAnswer<CardPayment>.Unknown>(await clients.Stripe.GetPaymentIntent("pi_1", CancellationToken.None));
    }

    [Fact]
    public async Task A_field_that_is_not_read_here_may_be_anything()
    {
        var intent = Fixture("payment_intent");
        intent["created"] = "soon";
        intent["payment_method_types"] = new JsonObject { ["card"] = true };
        intent["payment_method_options"] = 7;
        Assert.Equal(10.99m, (await Read(intent)).Amount);
    }

    [Fact]
    public async Task An_amount_that_cannot_be_charged_never_leaves()
    {
        await using var clients = Connect(FaultServer.RefusingUrl());
        foreach (var amount in (decimal[])[0m, -1m, 10.001m])
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                () => clients.Stripe.CreatePaymentIntent(Payment with { Amount = amount }, "op", CancellationToken.None));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => clients.Stripe.CreatePaymentIntent(Payment, " ", CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => clients.Stripe.CreatePaymentIntent(Payment, new string('k', 256), CancellationToken.None));
    }

    /// <summary>The parameters of a form or query, decoded, by name: their order means nothing.</summary>
    private static IEnumerable<string> Pairs(string encoded) => encoded.Split('&').Select(WebUtility.UrlDecode).Order(StringComparer.Ordinal)!;

    private async Task<CardPayment> Read(JsonObject intent)
    {
        await using var server = new FaultServer(FaultServer.Answer(200, intent.ToJsonString()));
        await using var clients = Connect(server.Url);
        return (await clients.Stripe.GetPaymentIntent("pi_1", CancellationToken.None)).ValueOrNull!;
    }
}
