using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary><c>get_payout_settings</c>: where and how often a property is paid; of a key only its end.</summary>
public sealed class GetPayoutSettings(PayoutSettings settings)
{
    [Function("get_payout_settings")]
    [Access(Callers.Agent, Target = "property")]
    [Answers<PayoutSettingsView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/properties/{id:guid}/payout-settings")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var found = await settings.ReadAsync(request.Caller().Actor, id, cancellation);
        return found.Refusal is null ? new JsonAnswer(found.Value) : Problem.From(found.Refusal, request.HttpContext);
    }
}
