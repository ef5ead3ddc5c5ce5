using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Privacy;
using Operation = ReserveConnect.Privacy.ErasePersonalData;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/me/erase</c>.</summary>
public sealed record ErasePersonalDataBody(string CurrentPassword);

/// <summary>
/// <c>erase_personal_data</c>: forgets the caller and closes the account, for good. Refused while a stay is ahead, a booking
/// is being made or a refund is on its way.
/// </summary>
[Access(Callers.Guest)]
public sealed class ErasePersonalData(Operation operation)
{
    [Function("erase_personal_data")]
    [Limit(LimitClass.Login)]
    [Takes<ErasePersonalDataBody>]
    [Answers<Erasure>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/me/erase")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ErasePersonalDataBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(request.Caller().Account, body.Value.CurrentPassword, cancellation);
        return outcome.Refusal is null ? new JsonAnswer(outcome.Value) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
