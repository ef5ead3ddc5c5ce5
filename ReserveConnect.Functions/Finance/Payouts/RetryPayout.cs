using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary><c>retry_payout</c>: a payout that its provider refused is tried again now.</summary>
public sealed class RetryPayout(DecidePayout decide, PayoutAnswers answers)
{
    [Function("retry_payout")]
    [Access(Callers.Supervisor, Target = "payout")]
    [Answers<PayoutView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/payouts/{id:guid}/retry")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation) =>
        await answers.AttendAsync(await decide.RetryAsync(id, request.Caller().Actor.Name, cancellation), client, request);
}
