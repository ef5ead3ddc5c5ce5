using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>The stand-in for Mercado Pago: PIX by the Payments API of site MLB, and PIX sent by its Payouts API.</summary>
internal static class MercadoPagoServer
{
    /// <summary>Takes the state of earlier runs and listens.</summary>
    public static async Task<StandInServer> StartAsync(SandboxOptions options, SandboxClock clock, CancellationToken ct)
    {
        var journal = Journal.Open(options.State.Directory, "mercado-pago");
        var sender = new WebhookSender(
            options.Webhooks, options.Webhooks.MercadoPago, PixEvents.Signer(options.MercadoPago.WebhookSecret), clock, journal, options.Http.CallsKept);
        var standIn = new StandIn(
            "mercado-pago", clock, journal, sender, options.Http, (context, status, text) => PixGate.WriteErrorAsync(context, status, text, clock.GetUtcNow()));
        try
        {
            var book = new PixBook(standIn, options, journal.Restored);
            var pending = WebhookSender.Undelivered(journal);
            journal.ForgetRestored();
            var gate = new PixGate(standIn, options.MercadoPago, () => book);
            var server = await StandInServer.StartAsync(standIn, options.MercadoPago.Url, app => Map(app, clock, gate, () => book, options.MercadoPago), Reset, ct);
            sender.Start(pending);
            standIn.Every(TimeSpan.FromSeconds(1), () => gate.Work(book, _ => true));
            return server;

            Task Reset()
            {
                journal.Clear();
                book = new PixBook(standIn, options, []);
                return Task.CompletedTask;
            }
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    private static void Map(IEndpointRouteBuilder app, TimeProvider clock, PixGate gate, Func<PixBook> book, MercadoPagoOptions options)
    {
        const string payment = "/v1/payments/{id}";
        var update = gate.Write(PixJson.Default.PixUpdate, keyNeeded: false, (b, change, c, body) => PixOperations.Update(b, change, PixGate.Id(c), body));
        app.MapPost("/v1/payments", gate.Write(PixJson.Default.PixRequest, keyNeeded: true, (b, change, _, body) => PixOperations.Create(b, change, body)))
            .WithMetadata(new ClaimsKey());
        app.MapGet("/v1/payments/search", gate.Read((b, c) => PixSearch.Find(b, c.Request.Query)));
        app.MapGet(payment, gate.Read((b, c) => PixOperations.Get(b, PixGate.Id(c))));
        app.MapPut(payment, update).WithMetadata(new ClaimsKey());
        app.MapPost($"{payment}/refunds", gate.Write(
            PixJson.Default.PixRefundRequest, keyNeeded: true, (b, change, c, body) => PixOperations.Refund(b, change, PixGate.Id(c), body)))
            .WithMetadata(new ClaimsKey());
        app.MapGet($"{payment}/refunds", gate.Read((b, c) => PixOperations.Refunds(b, PixGate.Id(c))));
        app.MapGet($"{payment}/refunds/{{refund_id}}", gate.Read((b, c) => PixOperations.GetRefund(b, PixGate.Id(c), PixGate.Id(c, "refund_id"))));
        app.MapPost("/v1/transaction-intents/process", gate.Write(
            PixJson.Default.PixTransferRequest,
            keyNeeded: true,
            (b, change, c, body) => PixTransferOperations.Create(b, change, c, body, options.SignedPayouts)))
            .WithMetadata(new ClaimsKey());
        app.MapGet("/v1/transaction-intents/{id}", gate.Read((b, c) => PixTransferOperations.Get(b, (string?)c.Request.RouteValues["id"])));
        app.MapGet("/users/me", gate.Read((_, _) => PixTransferOperations.User()));
        app.MapGet("/users/{id}/mercadopago_account/balance", gate.Read((b, c) => PixTransferOperations.Balance(b, (string?)c.Request.RouteValues["id"])));
        AccountReports.Map(app, gate);
        PixControl.Map(app.MapGroup(ControlPath.Prefix), clock, gate, book);
    }
}
