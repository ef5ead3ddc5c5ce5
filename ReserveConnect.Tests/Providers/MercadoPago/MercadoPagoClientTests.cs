using System.Text.Json.Nodes;
using ReserveConnect.Privacy;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Pix;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

[Trait("Needs", "shared")]
public sealed class MercadoPagoClientTests
{
    private static readonly CreatePixPayment Charge = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), 1234.5m, "Pousada, 2 nights", "ana@example.com", "Ana", "Souza", TaxDocument.Parse("191.191.191-00"),
        new DateTimeOffset(2026, 11, 22, 15, 30, 0, TimeSpan.FromHours(-3)));

    private static string Sample(string name) => Contracts.Text($"mercadopago/{name}.json");

    [Fact]
    public async Task A_charge_is_opened_as_the_published_contract_says()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = new ProviderHost(server.Url);
        var operation = Guid.CreateVersion7();
        await clients.MercadoPago.CreatePixPayment(Charge, operation.ToString(), CancellationToken.None);

        var seen = server.Requests.Single();
        Assert.Equal(("POST", "/v1/payments"), (seen.Method, seen.Target));
        Assert.Equal(operation.ToString(), seen.Headers["X-Idempotency-Key"]);
        Assert.Equal("Bearer TEST-secret-token", seen.Headers["Authorization"]);
        Assert.Equal("application/json", seen.Headers["Content-Type"]);
        MercadoPagoSchema.AssertValid("PaymentCreateRequest", seen.Text, closed: true);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
                {"transaction_amount":1234.50,"description":"Pousada, 2 nights","payment_method_id":"pix",
                 "date_of_expiration":"2026-11-22T15:30:00.000-03:00","external_reference":"{{Charge.AttemptId}}",
                 "notification_url":"https://reserve.example/api/webhooks/pix",
                 "payer":{"email":"ana@example.com","first_name":"Ana","last_name":"Souza","identification":{"type":"CPF","number":"19119119100"} },
                 "metadata":{"booking_intent_id":"{{Charge.BookingIntentId}}","attempt_id":"{{Charge.AttemptId}}"} }
                """),
            JsonNode.Parse(seen.Text)));
    }

    /// <summary>The checks against the schema can fail.</summary>
    [Fact]
    public void A_field_that_mercado_pago_does_not_have_is_noticed()
    {
        const string charge = """{"transaction_amount":1,"payment_method_id":"pix","payer":{"email":"a@example.com","cpf":"1"}}""";
        Assert.NotEmpty(MercadoPagoSchema.Errors("PaymentCreateRequest", charge, closed: true));
        Assert.NotEmpty(MercadoPagoSchema.Errors("PaymentCreateRequest", """{"payment_method_id":"pix"}""", closed: false));
    }

    [Fact]
    public async Task What_is_not_known_of_the_payer_is_left_out()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = new ProviderHost(server.Url, ("Reserve:MercadoPago:NotificationUrl", ""));
        await clients.MercadoPago.CreatePixPayment(
            Charge with { PayerFirstName = null, PayerLastName = null, PayerCpf = null, ExpiresAt = Charge.ExpiresAt.ToUniversalTime() }, "op", CancellationToken.None);

        var sent = JsonNode.Parse(server.Requests.Single().Text)!;
        MercadoPagoSchema.AssertValid("PaymentCreateRequest", sent.ToJsonString(), closed: true);
        Assert.Equal("""{"email":"ana@example.com"}""", sent["payer"]!.ToJsonString());
        Assert.Null(sent["notification_url"]);
        Assert.Equal("2026-11-22T18:30:00.000+00:00", (string?)sent["date_of_expiration"]);
    }

    [Fact]
    public async Task Refunds_and_cancellations_are_asked_for_as_published()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = new ProviderHost(server.Url);
        await clients.MercadoPago.CreateRefund("12", 50m, "refund:1", CancellationToken.None);
        await clients.MercadoPago.CreateRefund("12", null, "refund:2", CancellationToken.None);
        await clients.MercadoPago.CancelPayment("12", "cancel:1", CancellationToken.None);
        await clients.MercadoPago.GetRefund("12", "7", CancellationToken.None);
        await clients.MercadoPago.ListRefunds("12", CancellationToken.None);
        await clients.MercadoPago.FindByExternalReference("a b", CancellationToken.None);

        var seen = server.Requests.ToArray();
        Assert.Equal(
            [
                "POST /v1/payments/12/refunds", "POST /v1/payments/12/refunds", "PUT /v1/payments/12", "GET /v1/payments/12/refunds/7",
                "GET /v1/payments/12/refunds", "GET /v1/payments/search?sort=date_created&criteria=desc&external_reference=a%20b&limit=50&offset=0",
            ],
            seen.Select(request => $"{request.Method} {request.Target}"));
        MercadoPagoSchema.AssertValid("RefundCreateRequest", seen[0].Text);
        Assert.Equal(50m, (decimal)JsonNode.Parse(seen[0].Text)!["amount"]!);
        Assert.Empty(seen[1].Body);
        MercadoPagoSchema.AssertValid("PaymentUpdateRequest", seen[2].Text, closed: true);
        Assert.All(seen[..3], request => Assert.True(Guid.TryParseExact(request.Headers["X-Idempotency-Key"], "D", out _)));
        Assert.Equal(3, seen[..3].Select(request => request.Headers["X-Idempotency-Key"]).Distinct().Count());
    }

    [Fact]
    public void An_operation_has_one_key_for_ever()
    {
        // As SHA-256 makes it: were the derivation changed, a repeated call would charge twice.
        Assert.Equal("71fb812e-25a7-8aac-828a-7aa9057ebd58", MercadoPagoIdempotencyKey.Of("pix:1"));
        Assert.NotEqual(MercadoPagoIdempotencyKey.Of("pix:1"), MercadoPagoIdempotencyKey.Of("pix:2"));
    }

    [Fact]
    public async Task The_published_pending_charge_is_read()
    {
        var sample = Sample("payment-pix-create-response-pending.sdk-java");
        MercadoPagoSchema.AssertValid("PixPendingPayment", sample);
        var read = await Read(sample);
        Assert.Equal(("21071815560", PixPaymentStatus.Pending, "pending_waiting_transfer"), (read.Id, read.Status, read.StatusDetail));
        Assert.Equal((100m, 0m, "BRL"), (read.Amount, read.AmountRefunded, read.Currency));
        Assert.Null(read.Fee);
        Assert.Null(read.ApprovedAt);
        Assert.Equal((null, null, null), (read.ExternalReference, read.PayerName, read.PayerDocument));
        Assert.Equal(new DateTimeOffset(2022, 2, 10, 10, 10, 10, TimeSpan.Zero), read.ExpiresAt);
        Assert.True(BrCode.Verify(read.QrCode!));
        Assert.StartsWith("iVBOR", read.QrCodeBase64, StringComparison.Ordinal);
        Assert.StartsWith("https://", read.TicketUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paid_charge_is_read_with_what_it_cost_and_who_paid()
    {
        var sample = JsonNode.Parse(Sample("payment-pix-create-response-pending.sdk-java"))!;
        sample["status"] = "approved";
        sample["status_detail"] = "partially_refunded";
        sample["date_approved"] = "2026-11-22T10:30:02.000-03:00";
        sample["transaction_amount_refunded"] = 12.34m;
        sample["fee_details"] = JsonNode.Parse("""[{"type":"mercadopago_fee","amount":0.99,"fee_payer":"collector"},{"type":"financing_fee","amount":5,"fee_payer":"payer"}]""");
        sample["payer"] = JsonNode.Parse("""{"first_name":"Ana","last_name":"Souza","identification":{"type":"CPF","number":"19119119100"}}""");
        sample["id"] = "21071815560";

        var read = await Read(sample.ToJsonString());
        Assert.Equal(("21071815560", PixPaymentStatus.Approved, 12.34m), (read.Id, read.Status, read.AmountRefunded));
        Assert.Equal(0.99m, read.Fee);
        Assert.Equal(("Ana Souza", "***.191.191-**"), (read.PayerName, read.PayerDocument));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 13, 30, 2, TimeSpan.Zero), read.ApprovedAt);
    }

    [Theory]
    [InlineData("12ABC34501DE35", "**.ABC.345/****-**")]
    [InlineData("12.ABC.345/01DE-35", "**.ABC.345/****-**")]
    [InlineData("123", "***")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_document_is_masked(string? number, string? masked) => Assert.Equal(masked, TaxDocument.Mask(number));

    [Fact]
    public async Task The_published_refund_is_read()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(201, Sample("refund-response.sdk-java")), FaultServer.Answer(200, $"[{Sample("refund-response.sdk-java")}]"));
        await using var clients = new ProviderHost(server.Url);
        var refund = new PixRefund("1245678203", PixRefundStatus.Approved, 50m);
        Assert.Equal(refund, (await clients.MercadoPago.CreateRefund("1", 50m, "op", CancellationToken.None)).ValueOrNull);
        Assert.Equal([refund], (await clients.MercadoPago.ListRefunds("1", CancellationToken.None)).ValueOrNull!);
    }

    [Fact]
    public async Task The_published_error_says_its_code()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, Sample("error-card-token-not-found.sdk-java")));
        await using var clients = new ProviderHost(server.Url);
        Assert.Equal(
            new ProviderAnswer<PixPayment>.Refused(400, "2006", "Card Token not found"),
            await clients.MercadoPago.GetPayment("1", CancellationToken.None));
    }

    [Fact]
    public async Task A_charge_is_found_by_our_reference()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, """{"paging":{"total":1,"limit":50,"offset":0},"results":[{"id":"21071815560","status":"pending"}]}"""),
            FaultServer.Answer(200, Sample("payment-pix-create-response-pending.sdk-java")));
        await using var clients = new ProviderHost(server.Url);
        var found = await clients.MercadoPago.FindByExternalReference("a", CancellationToken.None);
        Assert.Equal("21071815560", Assert.Single(found.ValueOrNull!).Id);
        Assert.Equal("/v1/payments/21071815560", server.Requests.Last().Target);
    }

    [Fact]
    public async Task A_reference_without_charge_is_an_empty_list_and_one_with_too_many_is_unknown()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, """{"paging":{"total":0,"limit":50,"offset":0},"results":[]}"""),
            FaultServer.Answer(200, Sample("payment-search-empty.sdk-java")));
        await using var clients = new ProviderHost(server.Url);
        Assert.Empty((await clients.MercadoPago.FindByExternalReference("a", CancellationToken.None)).ValueOrNull!);
        Assert.IsType<ProviderAnswer<IReadOnlyList<PixPayment>>.Unknown>(await clients.MercadoPago.FindByExternalReference("a", CancellationToken.None));
    }

    [Fact]
    public async Task A_card_payment_of_the_published_fixtures_is_read_too()
    {
        var fixture = JsonNode.Parse(Contracts.Text("mercadopago/fixtures-open.openapi-repo.json"))!["fixtures"]!["payment"]!;
        var read = await Read(fixture.ToJsonString());
        Assert.Equal(("1234567890", PixPaymentStatus.Approved, 100.5m), (read.Id, read.Status, read.Amount));
        Assert.Equal(("ORDER-2024-001234", null), (read.ExternalReference, read.QrCode));
    }

    private static async Task<PixPayment> Read(string sample)
    {
        await using var server = new FaultServer(FaultServer.Answer(200, sample));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"));
        return (await clients.MercadoPago.GetPayment("1", CancellationToken.None)).ValueOrNull!;
    }
}
