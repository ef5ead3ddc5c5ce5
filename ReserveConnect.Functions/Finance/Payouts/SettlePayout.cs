using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Finance.Payouts.SettlePayout;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The body of <c>POST /api/admin/payouts/{id}/settle</c>.</summary>
/// <param name="Reason">Where they have looked, in the supervisor's own words.</param>
/// <param name="TransferId">The provider's id of the transfer; without it there is none, and it was not sent.</param>
public sealed record SettlePayoutBody(string Reason, string? TransferId = null);

/// <summary><c>settle_payout</c>: what became of a payout of which its provider no longer tells, as a supervisor has seen it there.</summary>
public sealed class SettlePayout(Operation settle, PayoutAnswers answers)
{
    [Function("settle_payout")]
    [Access(Callers.Supervisor, Target = "payout")]
    [Takes<SettlePayoutBody>]
    [Answers<PayoutView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/payouts/{id:guid}/settle")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<SettlePayoutBody>(request, cancellation);
        return body.Refusal is not null
            ? Problem.From(body.Refusal, request.HttpContext)
            : await answers.AttendAsync(
                await settle.RunAsync(new(id, body.Value.TransferId, body.Value.Reason, request.Caller().Actor), cancellation), client, request);
    }
}
