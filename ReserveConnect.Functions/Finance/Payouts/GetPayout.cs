using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary><c>get_payout</c>: one payout, line by line.</summary>
public sealed class GetPayout(PayoutViews payouts)
{
    [Function("get_payout")]
    [Access(Callers.Agent, Target = "payout")]
    [Answers<PayoutDetail>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/payouts/{id:guid}")] HttpRequest request, Guid id, CancellationToken cancellation)
    {
        var payout = await payouts.ReadAsync(request.Caller().Actor, id, cancellation);
        return payout.Refusal is null ? new JsonAnswer(payout.Value) : Problem.From(payout.Refusal, request.HttpContext);
    }
}
