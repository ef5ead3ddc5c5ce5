using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Booking;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;
using Operation = ReserveConnect.Support.ResolveException;

namespace ReserveConnect.Functions.Support;

/// <summary>The body of <c>POST /api/admin/exceptions/{id}/resolve</c>.</summary>
/// <param name="Action"><c>retry</c>, <c>override</c>, <c>transferred</c>, <c>cancel_and_refund</c>, <c>approve</c> or <c>dismiss</c>, as the exception's type takes.</param>
/// <param name="Notes">For whoever reads it later; needed to dismiss.</param>
/// <param name="HostBookingId">To override a booking that the Host did not take: the one made by hand.</param>
/// <param name="ProviderRefundId">To override a refund that failed: the provider's id of the one made by hand.</param>
/// <param name="TransferId">To settle a refund by a PIX transfer: its end-to-end id.</param>
public sealed record ResolveExceptionBody(string Action, string? Notes = null, Guid? HostBookingId = null, string? ProviderRefundId = null, string? TransferId = null);

/// <summary>
/// <c>resolve_exception</c>: what is to be done about it. 200 when it is closed, 202 when what was ordered is on its way; the
/// queue shows how it ends.
/// </summary>
public sealed class ResolveException(Operation resolve, BookingSagas sagas, PayoutSagas payouts)
{
    [Function("resolve_exception")]
    [Access(Callers.Agent, Target = "exception")]
    [Takes<ResolveExceptionBody>]
    [Answers<ExceptionView>]
    [Answers<ExceptionView>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/exceptions/{id:guid}/resolve")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ResolveExceptionBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        sagas.Through(client);
        payouts.Through(client);
        var order = new ExceptionOrder(body.Value.Action, body.Value.Notes, body.Value.HostBookingId, body.Value.ProviderRefundId, body.Value.TransferId);
        var exception = await resolve.RunAsync(id, order, request.Caller().Actor, cancellation);
        return exception.Refusal is null
            ? new JsonAnswer(exception.Value, exception.Value.PendingAction is null ? StatusCodes.Status200OK : StatusCodes.Status202Accepted)
            : Problem.From(exception.Refusal, request.HttpContext);
    }
}
