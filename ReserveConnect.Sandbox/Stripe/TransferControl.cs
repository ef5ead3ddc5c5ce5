using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>The control API's part for money out: the balance, connected accounts, transfers that fail or come back. See docs/sandbox.md.</summary>
internal static class TransferControl
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, Func<StripeMemory> memory)
    {
        control.MapGet("/balance", context => Balance(context, memory()));
        control.MapPost("/balance", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.BalanceOrder, order =>
        {
            memory().Do(call =>
            {
                memory().Transfers.Fund(order, call);
                return true;
            });
            return Balance(context, memory());
        }));
        control.MapPost("/accounts", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.AccountOrder, order => Account(
            context, memory(), order.Id ?? StripeId.New("acct_1")[..21], order.Transfers)));
        control.MapPatch("/accounts/{id}", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.AccountOrder, order => Account(
            context, memory(), (string)context.Request.RouteValues["id"]!, order.Transfers)));
        control.MapPost("/transactions/behaviour", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.TransactionRule, rule =>
        {
            lock (memory().Book.Gate)
                memory().Book.Falsify(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapDelete("/transactions/behaviour", context =>
        {
            lock (memory().Book.Gate)
                memory().Book.Faults.Clear();
            return ControlCall.DoneAsync(context);
        });
        control.MapPost("/transfers/behaviour", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.TransferRule, rule =>
        {
            lock (memory().Book.Gate)
                memory().Transfers.Decide(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/transfers/{id}/return", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.TransferReturn, order => Return(context, memory(), order)));
    }

    private static Task Balance(HttpContext context, StripeMemory memory)
    {
        var state = memory.Do(_ =>
        {
            var now = memory.Clock.GetUtcNow().ToUnixTimeSeconds();
            return new BalanceState(memory.Book.Funds.Available("brl", now), memory.Book.Funds.Pending("brl", now), "brl");
        });
        return ControlCall.AnswerAsync(context, state, StripeControlJson.Default.BalanceState);
    }

    // An account is made with the id that it is wanted with, as those that a sample city's properties have.
    private static Task Account(HttpContext context, StripeMemory memory, string id, string transfers)
    {
        var answer = memory.Do(call => AccountOperations.Answer(memory, memory.Book.Accounts.Put(
            call.Change,
            (memory.Book.Accounts[id] ?? new Account(id, "express", "BR", null, memory.Clock.GetUtcNow().ToUnixTimeSeconds())) with { Transfers = transfers })));
        return StripeControl.WriteAsync(context, answer);
    }

    private static Task Return(HttpContext context, StripeMemory memory, TransferReturn order)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Transfers[id] is { } transfer && memory.Transfers.Return(transfer, order, call) is { } returned
            ? new StripeAnswer(200, StripeWriter.Bytes(json => memory.Writer.Transfer(json, returned, Expand.Nothing)))
            : null);
        return answer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No transfer of this id has so much left.")
            : StripeControl.WriteAsync(context, answer);
    }
}
