using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;
using Operation = ReserveConnect.Finance.Payouts.CreatePayout;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The body of <c>POST /api/admin/payouts</c>.</summary>
/// <param name="Until">Last check-in day that counts; without it yesterday.</param>
public sealed record CreatePayoutBody(Guid PropertyId, DateOnly? Until = null);

/// <summary><c>create_payout</c>: pays a property outside its schedule what is due to it.</summary>
public sealed class CreatePayout(Operation create, PayoutAnswers answers)
{
    [Function("create_payout")]
    [Access(Callers.Supervisor)]
    [Takes<CreatePayoutBody>]
    [Answers<PayoutView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/payouts")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CreatePayoutBody>(request, cancellation);
        return body.Refusal is not null
            ? Problem.From(body.Refusal, request.HttpContext)
            : await answers.AttendAsync(
                await create.RunAsync(new(body.Value.PropertyId, body.Value.Until, request.Caller().Actor, request.OperationId()), cancellation),
                client, request, StatusCodes.Status201Created);
    }
}
