using ReserveConnect.Privacy;
using ReserveConnect.Providers;
using ReserveConnect.Providers.MercadoPago;
using ReserveConnect.Providers.Pix;
using Xunit;

namespace ReserveConnect.Tests.Providers.MercadoPago;

/// <summary>The client against the sandbox's Mercado Pago, over HTTP.</summary>
public sealed class MercadoPagoSandboxTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private static CreatePixPayment Charge() => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), 350.70m, "Stay", "ana@example.com", "Ana", "Souza", TaxDocument.Parse("191.191.191-00"),
        TimeProvider.System.GetUtcNow().AddMinutes(30));

    [Fact]
    public async Task A_charge_is_opened_paid_told_of_and_given_back()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var pix = sandbox.Clients.MercadoPago;
        var request = Charge();

        var opened = (await pix.CreatePixPayment(request, "open", Ct)).ValueOrNull!;
        Assert.Equal((PixPaymentStatus.Pending, 350.70m, "BRL", null), (opened.Status, opened.Amount, opened.Currency, opened.ApprovedAt));
        Assert.Equal(request.AttemptId.ToString(), opened.ExternalReference);
        Assert.Equal(request.ExpiresAt, opened.ExpiresAt!.Value, TimeSpan.FromSeconds(1));
        var code = BrCode.Parse(opened.QrCode!).Code!;
        Assert.Equal((350.70m, $"mpqrinter{opened.Id}"), (code.Amount, code.TxId));
        Assert.Equal(opened.Id, (await pix.CreatePixPayment(request, "open", Ct)).ValueOrNull!.Id);
        Assert.Equal([opened.Id], (await pix.FindByExternalReference(request.AttemptId.ToString(), Ct)).ValueOrNull!.Select(found => found.Id));

        await sandbox.Control(sandbox.Servers.MercadoPago, $"pix/{opened.Id}/pay", new { });
        var paid = (await pix.GetPayment(opened.Id, Ct)).ValueOrNull!;
        Assert.Equal(PixPaymentStatus.Approved, paid.Status);
        Assert.InRange(paid.Fee!.Value, 0.01m, 20m);
        Assert.NotNull(paid.ApprovedAt);

        var webhook = await sandbox.Webhook(seen => seen.Path == "/pix" && seen.Text.Contains("payment.updated", StringComparison.Ordinal));
        var query = webhook.Target.Split('?')[1].Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(
            WebhookVerdict.Valid,
            MercadoPagoWebhook.Verify(
                query["data.id"], webhook.Headers["x-request-id"], webhook.Headers["x-signature"], [SandboxStack.Keys.MercadoPago.WebhookSecret],
                TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5)));
        Assert.Equal(("payment", opened.Id), (MercadoPagoNotification.Parse(webhook.Body)!.Type, query["data.id"]));

        var part = (await pix.CreateRefund(opened.Id, 50.20m, "refund-1", Ct)).ValueOrNull!;
        Assert.Equal((PixRefundStatus.Approved, 50.20m), (part.Status, part.Amount));
        Assert.Equal(part, (await pix.CreateRefund(opened.Id, 50.20m, "refund-1", Ct)).ValueOrNull);
        Assert.Equal(part, (await pix.GetRefund(opened.Id, part.Id, Ct)).ValueOrNull);
        Assert.Equal(50.20m, (await pix.GetPayment(opened.Id, Ct)).ValueOrNull!.AmountRefunded);
        Assert.Equal(300.50m, (await pix.CreateRefund(opened.Id, null, "refund-2", Ct)).ValueOrNull!.Amount);
        Assert.Equal(2, (await pix.ListRefunds(opened.Id, Ct)).ValueOrNull!.Count);
        Assert.Equal(PixPaymentStatus.Refunded, (await pix.GetPayment(opened.Id, Ct)).ValueOrNull!.Status);
    }

    [Fact]
    public async Task A_charge_is_cancelled_unless_it_is_paid()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var pix = sandbox.Clients.MercadoPago;
        var open = (await pix.CreatePixPayment(Charge(), "open-1", Ct)).ValueOrNull!;
        Assert.Equal(PixPaymentStatus.Cancelled, (await pix.CancelPayment(open.Id, "cancel-1", Ct)).ValueOrNull!.Status);

        var paid = (await pix.CreatePixPayment(Charge(), "open-2", Ct)).ValueOrNull!;
        await sandbox.Control(sandbox.Servers.MercadoPago, $"pix/{paid.Id}/pay", new { });
        Assert.IsType<ProviderAnswer<PixPayment>.Refused>(await pix.CancelPayment(paid.Id, "cancel-2", Ct));
        Assert.Equal(PixPaymentStatus.Approved, (await pix.GetPayment(paid.Id, Ct)).ValueOrNull!.Status);
    }

    [Fact]
    public async Task A_charge_whose_answer_is_lost_is_found()
    {
        await using var sandbox = await SandboxStack.StartAsync(("Reserve:MercadoPago:Retries", "0"));
        var request = Charge();
        await sandbox.Control(sandbox.Servers.MercadoPago, "faults", new { kind = "cut_after_work", method = "POST", path = "/v1/payments", count = 1 });

        Assert.IsType<ProviderAnswer<PixPayment>.Unknown>(await sandbox.Clients.MercadoPago.CreatePixPayment(request, "open", Ct));
        var found = (await sandbox.Clients.MercadoPago.FindByExternalReference(request.AttemptId.ToString(), Ct)).ValueOrNull!;
        Assert.Equal(Assert.Single(found).Id, (await sandbox.Clients.MercadoPago.CreatePixPayment(request, "open", Ct)).ValueOrNull!.Id);
        Assert.Empty((await sandbox.Clients.MercadoPago.FindByExternalReference(Guid.CreateVersion7().ToString(), Ct)).ValueOrNull!);
    }

    [Fact]
    public async Task An_expiry_too_near_and_an_unknown_charge_are_refused()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var pix = sandbox.Clients.MercadoPago;
        var soon = Charge() with { ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(10) };
        Assert.Equal(400, Assert.IsType<ProviderAnswer<PixPayment>.Refused>(await pix.CreatePixPayment(soon, "open", Ct)).Status);
        Assert.Equal(404, Assert.IsType<ProviderAnswer<PixPayment>.Refused>(await pix.GetPayment("999", Ct)).Status);
    }
}
