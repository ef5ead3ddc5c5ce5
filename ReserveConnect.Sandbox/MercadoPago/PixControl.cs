using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;

namespace ReserveConnect.Sandbox.MercadoPago;

/// <summary>What becomes of a refund.</summary>
[JsonConverter(typeof(SnakeCaseEnum<PixRefundOutcome>))]
internal enum PixRefundOutcome
{
    /// <summary>Done at once.</summary>
    Approved,

    /// <summary>Waits until the control API settles it.</summary>
    InProcess,

    /// <summary>Refused.</summary>
    Rejected,
}

/// <summary>Body of the control call that pays.</summary>
/// <param name="Amount">What arrives; null: the charge's amount.</param>
/// <param name="Withdrawn">Also where the charge was withdrawn meanwhile: the transfer was under way before.</param>
/// <param name="Payer">Whom the bank names; null: the one of the charge.</param>
internal sealed record PixOrder(decimal? Amount = null, bool Withdrawn = false, PixPayerOrder? Payer = null);

/// <summary>Whom the bank names as payer.</summary>
internal sealed record PixPayerOrder(string? FirstName = null, string? LastName = null, string? Document = null);

/// <summary>Body of the control call that breaks the codes of the next charges.</summary>
/// <param name="Flaw"><c>checksum</c>, or <c>amount</c>: a good code of one real more.</param>
internal sealed record PixCodeOrder(string Flaw = "checksum", int Count = 1);

/// <summary>Body of the control call that moves a payment.</summary>
/// <param name="Status">As <c>in_process</c>, <c>rejected</c>, <c>in_mediation</c>, <c>charged_back</c>, <c>approved</c>.</param>
/// <param name="StatusDetail">As <c>settled</c>, <c>reimbursed</c>.</param>
internal sealed record PixMove(string Status, string StatusDetail);

/// <summary>Body of the control call that decides how the next charges stand when they are made.</summary>
/// <param name="Status">As <c>rejected</c>, <c>in_process</c>.</param>
/// <param name="StatusDetail">Why.</param>
/// <param name="WithCode">Whether there is a code to pay by.</param>
/// <param name="Count">Of how many.</param>
internal sealed record PixBirth(string Status, string StatusDetail, bool WithCode = true, int Count = 1);

/// <summary>Body of the control call that decides about the next refunds.</summary>
/// <param name="Outcome">What becomes of them.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Payment">Only of those of this payment; null: of any.</param>
internal sealed record PixRefundRule(PixRefundOutcome Outcome, int Count = 1, long? Payment = null);

/// <summary>Body of the control call that ends a refund in process.</summary>
internal sealed record PixSettlement(PixRefundOutcome Outcome = PixRefundOutcome.Approved);

/// <summary>A payment at a glance.</summary>
internal sealed record PixState(long Id, decimal Amount, string Status, string StatusDetail, string? ExternalReference, DateTimeOffset Expires);

/// <summary>What the control API of Mercado Pago has of its own: the guest's bank, and refunds. See docs/sandbox.md.</summary>
internal static class PixControl
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, TimeProvider clock, PixGate gate, Func<PixBook> book)
    {
        BooksEndpoint.Map(control, clock, since => gate.Work(book(), _ => book().Since(since).Select(Booked).Reverse().ToArray()));
        control.MapGet("/objects", context => ControlCall.AnswerAsync(
            context,
            gate.Work(book(), _ => book().All.Select(p => new PixState(p.Id, p.Amount, p.Status, p.StatusDetail, p.ExternalReference, p.Expires)).ToArray()),
            PixControlJson.Default.PixStateArray));
        control.MapPost("/pix/{id}/pay", context => context.Request.HasJsonContentType()
            ? ControlCall.WithBodyAsync(context, PixControlJson.Default.PixOrder, order => Pay(context, gate, book(), order))
            : Pay(context, gate, book(), new PixOrder()));
        control.MapPost("/pix/{id}/status", context => ControlCall.WithBodyAsync(
            context, PixControlJson.Default.PixMove, move => Move(context, gate, book(), move)));
        control.MapPost("/pix/behaviour", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.PixBirth, birth =>
        {
            lock (book().Gate)
                book().Decide(birth);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/codes/break", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.PixCodeOrder, order =>
        {
            lock (book().Gate)
                book().BreakCodes(order.Flaw, order.Count);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/refunds/behaviour", context => ControlCall.WithBodyAsync(context, PixControlJson.Default.PixRefundRule, rule =>
        {
            lock (book().Gate)
                book().Decide(rule);
            return ControlCall.DoneAsync(context);
        }));
        control.MapPost("/refunds/{id}/settle", context => ControlCall.WithBodyAsync(
            context, PixControlJson.Default.PixSettlement, order => Settle(context, gate, book(), order.Outcome)));
        PixTransferControl.Map(control, gate, book);
    }

    private static BookedCharge Booked(PixPayment payment) => new(
        payment.Id.ToString(CultureInfo.InvariantCulture),
        payment.Status,
        payment.Approved is null ? 0m : payment.Amount,
        null,
        payment.Created,
        payment.Metadata is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ToString())
            : new Dictionary<string, string>(),
        [.. payment.Refunds.Select(refund => new BookedRefund(
            refund.Id.ToString(CultureInfo.InvariantCulture), refund.Status, refund.Amount, refund.Status == "approved"))]);

    private static Task Pay(HttpContext context, PixGate gate, PixBook book, PixOrder order)
    {
        var answer = gate.Work(book, change => book.Find(PixGate.Id(context)) is not { } payment
            ? PixAnswer.Of(PixError.PaymentNotFound(), book.Now)
            : book.Pay(change, payment, order) is { } paid
                ? PixAnswer.Of(paid)
                : PixAnswer.Of(new PixError(409, "conflict", $"The charge is {payment.Status} ({payment.StatusDetail}): the bank sends nothing.", null), book.Now));
        return PixGate.WriteAsync(context, answer);
    }

    private static Task Move(HttpContext context, PixGate gate, PixBook book, PixMove move) =>
        PixGate.WriteAsync(context, gate.Work(book, change => book.Find(PixGate.Id(context)) is { } payment
            ? PixAnswer.Of(book.Move(change, payment, move))
            : PixAnswer.Of(PixError.PaymentNotFound(), book.Now)));

    private static Task Settle(HttpContext context, PixGate gate, PixBook book, PixRefundOutcome outcome)
    {
        var status = outcome == PixRefundOutcome.Approved ? "approved" : "rejected";
        var refund = gate.Work(book, change => book.Settle(change, PixGate.Id(context), status));
        return refund is null
            ? ControlCall.RefuseAsync(context, StatusCodes.Status409Conflict, "No refund in process has this id.")
            : PixGate.WriteAsync(context, PixAnswer.Of(refund));
    }
}

/// <summary>JSON of Mercado Pago's control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PixOrder))]
[JsonSerializable(typeof(PixMove))]
[JsonSerializable(typeof(PixBirth))]
[JsonSerializable(typeof(PixRefundRule))]
[JsonSerializable(typeof(PixSettlement))]
[JsonSerializable(typeof(PixCodeOrder))]
[JsonSerializable(typeof(PixState[]))]
[JsonSerializable(typeof(TransactionRule))]
[JsonSerializable(typeof(PixTransferRule))]
[JsonSerializable(typeof(PixTransferSettlement))]
[JsonSerializable(typeof(PixTransferState[]))]
[JsonSerializable(typeof(PixFunding))]
[JsonSerializable(typeof(PixBalance))]
internal sealed partial class PixControlJson : JsonSerializerContext;
