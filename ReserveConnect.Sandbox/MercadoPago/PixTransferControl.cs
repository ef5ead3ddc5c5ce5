using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>The control API's part for money out: the account, transfers that fail, wait or come back. See docs/sandbox.md.</summary>
internal static class PixTransferControl
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, PixGate gate, Func<PixBook> book)
    {
        control.MapGet("/balance", context => Balance(context, gate, book()));
        control.MapPost("/balance", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.PixFunding, order =>
        {
            gate.Work(book(), change =>
            {
                book().Account.Add(change, order.Amount >= 0 ? "SETTLEMENT" : "WITHDRAWAL", Guid.CreateVersion7(book().Now).ToString("N"), order.Amount);
                return true;
            });
            return Balance(context, gate, book());
        }));
        control.MapPost("/transactions/behaviour", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.TransactionRule, rule =>
        {
            lock (book().Gate)
                book().Account.Falsify(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapDelete("/transactions/behaviour", context =>
        {
            lock (book().Gate)
                book().Account.Faults.Clear();
            return ControlCall.DoneAsync(context);
        });
        control.MapGet("/payouts", context => ControlCall.AnswerAsync(
            context,
            gate.Work(book(), _ => book().Transfers.All
                .Select(t => new PixTransferState(t.Id, t.Amount, t.Status, t.StatusDetail, t.ExternalReference, t.Key, t.Created)).ToArray()),
            PixControlJson.Default.PixTransferStateArray));
        control.MapPost("/payouts/behaviour", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.PixTransferRule, rule =>
        {
            if (rule.Outcome == PixTransferOutcome.Returned)
                return ControlCall.RefuseAsync(context, StatusCodes.Status400BadRequest, "A transfer is returned once it arrived: settle it.");
            lock (book().Gate)
                book().Transfers.Decide(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/payouts/{id}/settle", context => ControlCall.WithBodyAsync(
            context, PixControlJson.Default.PixTransferSettlement, order => Settle(context, gate, book(), order)));
    }

    private static Task Balance(HttpContext context, PixGate gate, PixBook book) => ControlCall.AnswerAsync(
        context, gate.Work(book, _ => new PixBalance(book.Account.Available, book.Account.Held)), PixControlJson.Default.PixBalance);

    private static Task Settle(HttpContext context, PixGate gate, PixBook book, PixTransferSettlement order)
    {
        var transfer = gate.Work(book, change => book.Transfers.Find((string?)context.Request.RouteValues["id"]) is { } found
            ? book.Transfers.Settle(change, found, order)
            : null);
        return transfer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No transfer of this id is in a state for it.")
            : PixGate.WriteAsync(context, PixAnswer.Of(transfer));
    }
}
