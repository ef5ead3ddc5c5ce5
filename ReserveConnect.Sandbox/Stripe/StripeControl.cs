using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;

namespace ReserveConnect.Sandbox.Stripe;

/// <summary>How a guest's 3-D Secure ended.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Authentication>))]
internal enum Authentication
{
    /// <summary>The guest proved who they are.</summary>
    Complete,

    /// <summary>The guest did not.</summary>
    Fail,
}

/// <summary>Body of the control call that ends 3-D Secure.</summary>
internal sealed record AuthenticationOrder(Authentication Result = Authentication.Complete);

/// <summary>Body of the control call that changes an intent behind the caller's back; what is null stays.</summary>
internal sealed record IntentOrder(long? Amount = null, string? Currency = null);

/// <summary>Body of the control call that decides about the next refunds.</summary>
/// <param name="Outcome">What becomes of them.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Payment">Only of those of this payment intent; null: of any.</param>
internal sealed record RefundRule(RefundOutcome Outcome, int Count = 1, string? Payment = null);

/// <summary>Body of the control call that ends a pending refund.</summary>
internal sealed record RefundSettlement(RefundOutcome Outcome = RefundOutcome.Succeeded);

/// <summary>Body of the control call by which a cardholder disputes; without an amount: all of it.</summary>
internal sealed record DisputeOrder(string Reason = "fraudulent", long? Amount = null, bool Inquiry = false);

/// <summary>Body of the control call that ends a dispute.</summary>
internal sealed record DisputeDecision(DisputeOutcome Outcome, bool ReturnFee = false);

/// <summary>Body of the control call that keeps back the fees of the next charges.</summary>
internal sealed record LateFees(int Count = 1);

/// <summary>JSON of Stripe's control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuthenticationOrder))]
[JsonSerializable(typeof(IntentOrder))]
[JsonSerializable(typeof(RefundRule))]
[JsonSerializable(typeof(RefundSettlement))]
[JsonSerializable(typeof(DisputeOrder))]
[JsonSerializable(typeof(DisputeDecision))]
[JsonSerializable(typeof(LateFees))]
[JsonSerializable(typeof(TransactionRule))]
[JsonSerializable(typeof(TransferRule))]
[JsonSerializable(typeof(TransferReturn))]
[JsonSerializable(typeof(BalanceOrder))]
[JsonSerializable(typeof(BalanceState))]
[JsonSerializable(typeof(AccountOrder))]
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class StripeControlJson : JsonSerializerContext;

/// <summary>What the control API of Stripe has of its own. See docs/sandbox.md.</summary>
internal static class StripeControl
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, TimeProvider clock, Func<StripeMemory> memory)
    {
        BooksEndpoint.Map(control, clock, since => Charges(memory(), since));
        control.MapGet("/objects", context => ControlCall.AnswerAsync(context, Counts(memory()), StripeControlJson.Default.DictionaryStringInt32));
        control.MapPatch("/payment_intents/{id}", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.IntentOrder, order => Alter(context, memory(), order)));
        control.MapPost("/payment_intents/{id}/authenticate", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.AuthenticationOrder, order => Authenticate(context, memory(), order.Result)));
        control.MapPost("/refunds/behaviour", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.RefundRule, rule =>
        {
            lock (memory().Book.Gate)
                memory().Refunds.Decide(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/refunds/{id}/settle", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.RefundSettlement, order => Settle(context, memory(), order.Outcome)));
        control.MapPost("/refunds/{id}/take_back", context => TakeBack(context, memory()));
        control.MapPost("/payment_intents/{id}/dispute", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.DisputeOrder, order => DisputeAsync(
                context,
                memory(),
                (id, call) => memory().Book.Charges[memory().Book.Intents[id]?.LatestCharge] is { } charge
                    ? memory().Disputes.Open(charge, order.Reason, order.Amount, order.Inquiry, call)
                    : null)));
        control.MapPost("/disputes/{id}/escalate", context => DisputeAsync(
            context, memory(), (id, call) => memory().Book.Disputes[id] is { } dispute ? memory().Disputes.Escalate(dispute, call) : null));
        control.MapPost("/disputes/{id}/close", context => ControlCall.WithBodyAsync(
            context, StripeControlJson.Default.DisputeDecision, order => DisputeAsync(
                context,
                memory(),
                (id, call) => memory().Book.Disputes[id] is { } dispute ? memory().Disputes.Close(dispute, order.Outcome, order.ReturnFee, call) : null)));
        control.MapPost("/charges/settle_later", context => ControlCall.WithBodyAsync(context, StripeControlJson.Default.LateFees, order =>
        {
            lock (memory().Book.Gate)
                memory().Payments.SettleLater(order.Count);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/payment_intents/{id}/settle", context => SettleFee(context, memory()));
        TransferControl.Map(control, memory);
    }

    private static Task DisputeAsync(HttpContext context, StripeMemory memory, Func<string, StripeCall, Dispute?> what)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => what(id, call) is { } dispute
            ? new StripeAnswer(200, StripeWriter.Bytes(json => memory.Writer.Dispute(json, dispute, Expand.Nothing)))
            : null);
        return answer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No charge or dispute of this id is in a state for it.")
            : WriteAsync(context, answer);
    }

    private static Task SettleFee(HttpContext context, StripeMemory memory)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Charges[memory.Book.Intents[id]?.LatestCharge] is { } charge
            && memory.Payments.SettleNow(charge, call) is { } settled
                ? Answers.Of(memory, settled, Expand.Nothing)
                : null);
        return answer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No charge of this payment waits for its fee.")
            : WriteAsync(context, answer);
    }

    /// <summary>Ends the authentication of an intent; answers with the intent.</summary>
    public static Task Authenticate(HttpContext context, StripeMemory memory, Authentication result)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Intents[id] is { } intent
            ? Answers.Of(memory, memory.Payments.Authenticate(intent, result == Authentication.Complete, call), Expand.Nothing, call)
            : Answers.Of(memory, StripeError.NotFound("payment_intent", id, "intent"), call));
        return WriteAsync(context, answer);
    }

    private static Task Alter(HttpContext context, StripeMemory memory, IntentOrder order)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Intents[id] is { } intent
            ? Answers.Of(
                memory,
                memory.Payments.Update(intent with { Amount = order.Amount ?? intent.Amount, Currency = order.Currency ?? intent.Currency }, call),
                Expand.Nothing)
            : Answers.Of(memory, StripeError.NotFound("payment_intent", id, "intent"), call));
        return WriteAsync(context, answer);
    }

    private static Task Settle(HttpContext context, StripeMemory memory, RefundOutcome outcome)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Refunds[id] is { } refund
            && memory.Refunds.Settle(refund, outcome == RefundOutcome.Succeeded, call) is { } settled
                ? Answers.Of(memory, settled, Expand.Nothing)
                : null);
        return answer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No pending refund has this id.")
            : WriteAsync(context, answer);
    }

    private static Task TakeBack(HttpContext context, StripeMemory memory)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var answer = memory.Do(call => memory.Book.Refunds[id] is { } refund && memory.Refunds.TakeBack(refund, call) is { } failed
            ? Answers.Of(memory, failed, Expand.Nothing)
            : null);
        return answer is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No refund that was made has this id.")
            : WriteAsync(context, answer);
    }

    /// <summary>Answers as the API does.</summary>
    public static Task WriteAsync(HttpContext context, StripeAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    private static BookedCharge[] Charges(StripeMemory memory, DateTimeOffset since)
    {
        lock (memory.Book.Gate)
        {
            var from = since.ToUnixTimeSeconds();
            var refunds = memory.Book.Refunds.Newest.TakeWhile(refund => refund.Created >= from).Reverse().ToLookup(refund => refund.Intent);
            return
            [
                .. memory.Book.Intents.Newest.TakeWhile(intent => intent.Created >= from).Reverse().Select(intent => new BookedCharge(
                    intent.Id,
                    intent.Status,
                    intent.AmountReceived / 100m,
                    intent.ClientSecret,
                    DateTimeOffset.FromUnixTimeSeconds(intent.Created),
                    intent.Metadata,
                    [.. refunds[intent.Id].Select(refund => new BookedRefund(refund.Id, refund.Status, refund.Amount / 100m, refund.Status == "succeeded"))])),
            ];
        }
    }

    private static Dictionary<string, int> Counts(StripeMemory memory)
    {
        lock (memory.Book.Gate)
        {
            return new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["payment_intents"] = memory.Book.Intents.Count,
                ["charges"] = memory.Book.Charges.Count,
                ["refunds"] = memory.Book.Refunds.Count,
                ["balance_transactions"] = memory.Book.Balance.Count,
                ["disputes"] = memory.Book.Disputes.Count,
                ["transfers"] = memory.Book.Transfers.Count,
                ["events"] = memory.Book.Events.Count,
            };
        }
    }
}
