using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

/// <summary>PIX sent by the client: the request that it makes, and what the sandbox makes of it.</summary>
public sealed class PixTransferTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_pix_is_ordered_as_the_documentation_says()
    {
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = new ProviderHost(server.Url);
        var order = Order(1234.5m);
        await clients.MercadoPago.SendPix(order, order.PayoutId.ToString(), Ct);

        var seen = server.Requests.Single();
        Assert.Equal(("POST", "/v1/transaction-intents/process"), (seen.Method, seen.Target));
        Assert.Equal((order.PayoutId.ToString(), "false"), (seen.Headers["X-Idempotency-Key"], seen.Headers["X-enforce-signature"]));
        Assert.False(seen.Headers.ContainsKey("X-signature"));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
                {"external_reference":"{{order.PayoutId:N}}","point_of_interaction":{"type":"PSP_TRANSFER"},
                 "seller_configuration":{"notification_info":{"notification_url":"https://reserve.example/api/webhooks/pix"} },
                 "transaction":{"from":{"accounts":[{"amount":1234.50}]},"to":{"accounts":[{"type":"current","amount":1234.50,
                   "chave":{"type":"CPF","value":"19119119100"},"owner":{"identification":{"type":"CPF","number":"19119119100"} } }]},"total_amount":1234.50} }
                """),
            JsonNode.Parse(seen.Text)));
    }

    /// <summary>Mercado Pago takes a reference once, also of a transfer that it refused.</summary>
    [Fact]
    public void Every_attempt_has_a_reference_of_its_own()
    {
        var order = Order(1m);
        Assert.Equal([$"{order.PayoutId:N}", $"{order.PayoutId:N}-2"], [order.ExternalReference, (order with { Attempt = 2 }).ExternalReference]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_key_the_body_is_signed_by_it(bool asPem)
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var secret = Convert.ToBase64String(PrivateKeyInfoFactory.CreatePrivateKeyInfo(pair.Private).GetEncoded());
        await using var server = new FaultServer(FaultServer.Answer(400, "{}"));
        await using var clients = new ProviderHost(
            server.Url, ("Reserve:MercadoPago:PayoutSigningKey", asPem ? $"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n" : secret));

        await clients.MercadoPago.SendPix(Order(1m), "op", Ct);

        var seen = server.Requests.Single();
        Assert.Equal("true", seen.Headers["X-enforce-signature"]);
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, pair.Public);
        verifier.BlockUpdate(seen.Body, 0, seen.Body.Length);
        Assert.True(verifier.VerifySignature(Convert.FromBase64String(seen.Headers["X-signature"])));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("MHcCAQEEIIGTbCLvvvVLQOBiCNqAzVnrhLIXpVDDqCSgwRZGBbAZoAoGCCqGSM49AwEHoUQDQgAE")]
    public async Task A_key_that_is_none_is_named_at_the_start_and_not_shown(string key)
    {
        await using var clients = new ProviderHost("http://127.0.0.1:1", ("Reserve:MercadoPago:PayoutSigningKey", key));
        var refused = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => clients.MercadoPago);
        Assert.Contains("PayoutSigningKey", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The states of both generations of the documentation.</summary>
    [Theory]
    [InlineData("approved", "approved", PixTransferState.Succeeded, null)]
    [InlineData("approved", null, PixTransferState.Pending, null)]
    [InlineData("approved", "partially_refunded", PixTransferState.Succeeded, null)]
    [InlineData("in_process", "pending_bank", PixTransferState.Pending, null)]
    [InlineData("processed", "approved", PixTransferState.Succeeded, null)]
    [InlineData("success", "accredited", PixTransferState.Succeeded, null)]
    [InlineData("refunded", "refunded", PixTransferState.Returned, "refunded")]
    [InlineData("rejected", "by_bank", PixTransferState.Failed, "by_bank")]
    [InlineData("error", "failed", PixTransferState.Failed, "failed")]
    public async Task What_became_of_a_transfer_is_read(string status, string? detail, PixTransferState state, string? reason)
    {
        var shown = detail is null ? "\"status_details\":[{}]" : $"\"status_detail\":\"{detail}\"";
        await using var server = new FaultServer(FaultServer.Answer(
            200,
            $$"""
            {"id":"0d5020ed","status":"{{status}}","external_reference":"r","created_date":"2021-01-01T00:00:00.000Z",
             "transaction":{"paid_amount":90,"refunded_amount":10,"total_amount":100,"to":{"accounts":[{"amount":"100,00",{{shown}} }]} } }
            """));
        await using var clients = new ProviderHost(server.Url);

        var read = (await clients.MercadoPago.GetPixTransfer("0d5020ed", Ct)).ValueOrNull!;
        Assert.Equal(("0d5020ed", state, 100m, reason, "r"), (read.Id, read.State, read.Amount, read.FailureReason, read.ExternalReference));
        Assert.Equal(state == PixTransferState.Returned ? 100m : 10m, read.AmountReturned);
    }

    [Theory]
    [InlineData(200, """{"id":"1","status":"levitating","external_reference":"r","created_date":"2021-01-01T00:00:00Z","transaction":{"total_amount":1}}""")]
    [InlineData(200, """{"id":"1","status":"approved","transaction":{"total_amount":1}}""")]
    [InlineData(424, """{"message":"Resource locked"}""")]
    public async Task What_is_not_understood_is_unknown(int status, string body)
    {
        await using var server = new FaultServer(FaultServer.Answer(status, body));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"));
        Assert.IsType<ProviderAnswer<PixTransfer>.Unknown>(await clients.MercadoPago.SendPix(Order(1m), "op", Ct));
    }

    [Fact]
    public async Task A_pix_is_sent_out_of_the_balance_told_of_and_returned()
    {
        await using var sandbox = await RichAsync(100m);
        var pix = sandbox.Clients.MercadoPago;
        var order = Order(60.40m);

        var sent = (await pix.SendPix(order, "send", Ct)).ValueOrNull!;
        Assert.Equal((PixTransferState.Succeeded, 60.40m, order.ExternalReference), (sent.State, sent.Amount, sent.ExternalReference));
        Assert.Equal(sent, (await pix.SendPix(order, "send", Ct)).ValueOrNull);
        Assert.Equal(sent, (await pix.GetPixTransfer(sent.Id, Ct)).ValueOrNull);
        Assert.Equal(new ProviderBalance(39.60m, 0m), (await pix.GetBalance(Ct)).ValueOrNull);
        var told = await sandbox.Webhook(seen => seen.Path == "/pix" && seen.Text.Contains("transaction_intent.created", StringComparison.Ordinal));
        var notification = MercadoPagoNotification.Parse(told.Body)!;
        Assert.Equal(("transaction_intent", sent.Id), (notification.Type, notification.DataId));
        Assert.Equal(
            WebhookVerdict.Valid,
            MercadoPagoWebhook.Verify(
                sent.Id, told.Headers["x-request-id"], told.Headers["x-signature"], [SandboxStack.Keys.MercadoPago.WebhookSecret],
                TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5)));

        await sandbox.Control(sandbox.Servers.MercadoPago, $"payouts/{sent.Id}/settle", new { outcome = "returned" });
        var returned = (await pix.GetPixTransfer(sent.Id, Ct)).ValueOrNull!;
        Assert.Equal((PixTransferState.Returned, 60.40m), (returned.State, returned.AmountReturned));
        Assert.Equal(100m, (await pix.GetBalance(Ct)).ValueOrNull!.Available);
    }

    [Fact]
    public async Task Without_the_money_or_the_banks_yes_it_fails_and_another_attempt_is_another_transfer()
    {
        await using var sandbox = await RichAsync(10m);
        var pix = sandbox.Clients.MercadoPago;
        var order = Order(10.01m);

        var poor = (await pix.SendPix(order, "send-1", Ct)).ValueOrNull!;
        Assert.Equal((PixTransferState.Failed, "insufficient_funds"), (poor.State, poor.FailureReason));
        Assert.IsType<ProviderAnswer<PixTransfer>.Refused>(await pix.SendPix(order with { Amount = 10m }, "send-2", Ct));
        await sandbox.Control(sandbox.Servers.MercadoPago, "payouts/behaviour", new { outcome = "rejected", reason = "by_bank" });
        Assert.Equal("by_bank", (await pix.SendPix(order with { Amount = 10m, Attempt = 2 }, "send-2", Ct)).ValueOrNull!.FailureReason);
        Assert.Equal(PixTransferState.Succeeded, (await pix.SendPix(order with { Amount = 10m, Attempt = 3 }, "send-3", Ct)).ValueOrNull!.State);
    }

    [Theory]
    [InlineData("cut_after_work")]
    [InlineData("cut_before_work")]
    [InlineData("status")]
    [InlineData("rate_limit")]
    public async Task A_pix_whose_answer_is_lost_is_sent_once(string fault)
    {
        await using var sandbox = await RichAsync(100m);
        await sandbox.Control(sandbox.Servers.MercadoPago, "faults", new { kind = fault, method = "POST", path = "/v1/transaction-intents/process", count = 1 });

        var order = Order(60m);
        // It is not asked twice in one call: whoever asks again has to know that it is the second time.
        Assert.Null((await sandbox.Clients.MercadoPago.SendPix(order, "send", Ct)).ValueOrNull);
        Assert.Equal(PixTransferState.Succeeded, (await sandbox.Clients.MercadoPago.SendPix(order, "send", Ct)).ValueOrNull?.State);
        Assert.Equal(40m, (await sandbox.Clients.MercadoPago.GetBalance(Ct)).ValueOrNull!.Total);
    }

    [Fact]
    public async Task A_time_out_after_the_sending_is_unknown_and_asking_again_tells_how_it_stands()
    {
        await using var sandbox = await RichAsync(100m, ("Reserve:MercadoPago:Retries", "0"), ("Reserve:MercadoPago:CallTimeout", "00:00:02"));
        var pix = sandbox.Clients.MercadoPago;
        var order = Order(60m);
        await sandbox.Control(sandbox.Servers.MercadoPago, "payouts/behaviour", new { outcome = "pending" });
        await sandbox.Control(
            sandbox.Servers.MercadoPago, "faults", new { kind = "time_out_after_work", method = "POST", path = "/v1/transaction-intents/process", count = 1 });

        Assert.IsType<ProviderAnswer<PixTransfer>.Unknown>(await pix.SendPix(order, "send", Ct));
        var found = (await pix.SendPix(order, "send", Ct)).ValueOrNull!;
        Assert.Equal(PixTransferState.Pending, found.State);
        await sandbox.Control(sandbox.Servers.MercadoPago, $"payouts/{found.Id}/settle", new { outcome = "succeeded" });
        Assert.Equal((found.Id, PixTransferState.Succeeded), ((await pix.SendPix(order, "send", Ct)).ValueOrNull!.Id, (await pix.GetPixTransfer(found.Id, Ct)).ValueOrNull!.State));
    }

    private static PixTransferOrder Order(decimal amount) => new(Guid.CreateVersion7(), "CPF", "19119119100", "CPF", "19119119100", amount);

    private static async Task<SandboxStack> RichAsync(decimal amount, params (string Key, string Value)[] settings)
    {
        var sandbox = await SandboxStack.StartAsync(settings);
        await sandbox.Control(sandbox.Servers.MercadoPago, "balance", new { amount });
        return sandbox;
    }
}
