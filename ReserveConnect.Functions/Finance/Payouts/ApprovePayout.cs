using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The body of <c>POST /api/admin/payouts/{id}/approve</c>.</summary>
/// <param name="Version">Of the payout as it was seen: another one is not approved by it.</param>
public sealed record ApprovePayoutBody(int Version);

/// <summary><c>approve_payout</c>: a supervisor who did not order it agrees to a large payout.</summary>
public sealed class ApprovePayout(DecidePayout decide, PayoutAnswers answers)
{
    [Function("approve_payout")]
    [Access(Callers.Supervisor, Target = "payout")]
    [Takes<ApprovePayoutBody>]
    [Answers<PayoutView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/payouts/{id:guid}/approve")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ApprovePayoutBody>(request, cancellation);
        return body.Refusal is not null
            ? Problem.From(body.Refusal, request.HttpContext)
            : await answers.AttendAsync(await decide.ApproveAsync(id, body.Value.Version, request.Caller().Actor, cancellation), client, request);
    }
}
