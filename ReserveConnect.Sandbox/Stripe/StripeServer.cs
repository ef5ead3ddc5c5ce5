using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>The stand-in for Stripe: card payments of API version 2026-07-29.dahlia.</summary>
internal static class StripeServer
{
    /// <summary>Takes the state of earlier runs and listens.</summary>
    public static async Task<StandInServer> StartAsync(SandboxOptions options, SandboxClock clock, CancellationToken ct)
    {
        var journal = Journal.Open(options.State.Directory, "stripe");
        var sender = new WebhookSender(
            options.Webhooks, options.Webhooks.Stripe, StripeEvents.Signer(options.Stripe.WebhookSecret), clock, journal, options.Http.CallsKept);
        var standIn = new StandIn("stripe", clock, journal, sender, options.Http, StripeGate.WriteErrorAsync);
        try
        {
            var memory = new StripeMemory(standIn, options, journal.Restored);
            var pending = WebhookSender.Undelivered(journal);
            journal.ForgetRestored();
            var server = await StandInServer.StartAsync(
                standIn, options.Stripe.Url, app => Map(app, standIn, options.Stripe, () => memory), Reset, ct);
            sender.Start(pending);
            standIn.Every(TimeSpan.FromSeconds(1), () => memory.Do(call =>
            {
                memory.Payments.Expire(call);
                memory.Transfers.ReturnDue(call);
                return true;
            }));
            return server;

            Task Reset()
            {
                journal.Clear();
                memory = new StripeMemory(standIn, options, []);
                return Task.CompletedTask;
            }
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    private static void Map(IEndpointRouteBuilder app, StandIn standIn, StripeOptions options, Func<StripeMemory> memory)
    {
        var gate = new StripeGate(standIn, options, memory);
        Post("/v1/payment_intents", StripeParameters.CreateIntent, IntentOperations.Create);
        Get("/v1/payment_intents", StripeParameters.ListIntents, IntentOperations.List);
        Get("/v1/payment_intents/{id}", StripeParameters.GetIntent, IntentOperations.Get, publishable: true);
        Post("/v1/payment_intents/{id}", StripeParameters.UpdateIntent, IntentOperations.Update);
        Post("/v1/payment_intents/{id}/confirm", StripeParameters.ConfirmIntent, IntentOperations.Confirm, publishable: true);
        Post("/v1/payment_intents/{id}/capture", StripeParameters.CaptureIntent, IntentOperations.Capture);
        Post("/v1/payment_intents/{id}/cancel", StripeParameters.CancelIntent, IntentOperations.Cancel);
        Get("/v1/charges", StripeParameters.ListCharges, MoneyOperations.ListCharges);
        Get("/v1/charges/{id}", StripeParameters.Get, MoneyOperations.GetCharge);
        Post("/v1/charges/{id}", StripeParameters.UpdateObject, MoneyOperations.UpdateCharge);
        Post("/v1/refunds", StripeParameters.CreateRefund, MoneyOperations.CreateRefund);
        Get("/v1/refunds", StripeParameters.ListRefunds, MoneyOperations.ListRefunds);
        Get("/v1/refunds/{id}", StripeParameters.Get, MoneyOperations.GetRefund);
        Post("/v1/refunds/{id}", StripeParameters.UpdateObject, MoneyOperations.UpdateRefund);
        Get("/v1/balance_transactions", StripeParameters.ListBalanceTransactions, MoneyOperations.ListBalance);
        Get("/v1/balance_transactions/{id}", StripeParameters.Get, MoneyOperations.GetBalance);
        Get("/v1/balance", StripeParameters.Get, TransferOperations.Balance);
        Post("/v1/transfers", StripeParameters.CreateTransfer, TransferOperations.Create);
        Get("/v1/transfers", StripeParameters.ListTransfers, TransferOperations.List);
        Get("/v1/transfers/{id}", StripeParameters.Get, TransferOperations.Get);
        Post("/v1/transfers/{id}", StripeParameters.UpdateTransfer, TransferOperations.Update);
        Post("/v1/transfers/{id}/reversals", StripeParameters.CreateReversal, TransferOperations.Reverse);
        Get("/v1/transfers/{id}/reversals", StripeParameters.ListReversals, TransferOperations.Reversals);
        Post("/v1/accounts", StripeParameters.CreateAccount, AccountOperations.Create);
        Get("/v1/accounts", StripeParameters.ListAccounts, AccountOperations.List);
        Get("/v1/accounts/{id}", StripeParameters.Get, AccountOperations.Get);
        Get("/v1/disputes", StripeParameters.ListDisputes, DisputeOperations.List);
        Get("/v1/disputes/{id}", StripeParameters.Get, DisputeOperations.Get);
        Get("/v1/events", StripeParameters.ListEvents, MoneyOperations.ListEvents);
        Get("/v1/events/{id}", StripeParameters.Get, MoneyOperations.GetEvent);
        app.MapGet("/3d_secure/{id}", context => ThreeDSecurePage.Show(context, memory()));
        app.MapPost("/3d_secure/{id}", context => ThreeDSecurePage.Press(context, memory()));
        StripeControl.Map(app.MapGroup(ControlPath.Prefix), standIn.Clock, memory);

        void Get(string path, StripeParameters known, StripeOperation operation, bool publishable = false) =>
            app.MapGet(path, gate.Handle(known, operation, publishable));

        void Post(string path, StripeParameters known, StripeOperation operation, bool publishable = false) =>
            app.MapPost(path, gate.Handle(known, operation, publishable)).WithMetadata(new ClaimsKey());
    }
}
