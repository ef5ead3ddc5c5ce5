using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The body of <c>POST /api/admin/payouts/{id}/reject</c>.</summary>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record RejectPayoutBody(string Reason);

/// <summary><c>reject_payout</c>: a payout that was not sent never is; what it would have paid is in another.</summary>
public sealed class RejectPayout(DecidePayout decide, PayoutAnswers answers)
{
    [Function("reject_payout")]
    [Access(Callers.Supervisor, Target = "payout")]
    [Takes<RejectPayoutBody>]
    [Answers<PayoutView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/payouts/{id:guid}/reject")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RejectPayoutBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var rejected = await decide.RejectAsync(id, body.Value.Reason, request.Caller().Actor, cancellation);
        return await answers.AttendAsync(rejected, client, request);
    }
}
