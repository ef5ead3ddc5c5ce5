using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The body of <c>PUT /api/admin/properties/{id}/payout-settings</c>.</summary>
/// <param name="Schedule">weekly, biweekly, monthly, per_booking.</param>
/// <param name="Method">stripe or pix.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
/// <param name="StripeAccountId">The connected account, acct_..., of stripe.</param>
/// <param name="PixKeyType">cpf, cnpj, email, phone or random, of pix.</param>
/// <param name="PixKey">The key itself.</param>
/// <param name="PixOwnerDocument">CPF or CNPJ of whom the key belongs to.</param>
/// <param name="Hold">Whether nothing is to be paid for now.</param>
/// <param name="Version">Of the settings that were seen; missing where there were none.</param>
public sealed record SetPayoutSettingsBody(
    string Schedule, string Method, string Reason, string? StripeAccountId = null, string? PixKeyType = null, string? PixKey = null, string? PixOwnerDocument = null,
    bool Hold = false, int? Version = null);

/// <summary><c>set_payout_settings</c>: where and how often a property is paid.</summary>
public sealed class SetPayoutSettings(PayoutSettings settings)
{
    [Function("set_payout_settings")]
    [Access(Callers.Supervisor, Target = "property")]
    [Takes<SetPayoutSettingsBody>]
    [Answers<PayoutSettingsView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "admin/properties/{id:guid}/payout-settings")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<SetPayoutSettingsBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var set = await settings.SetAsync(
            new(id, sent.Schedule, sent.Method, sent.StripeAccountId, sent.PixKeyType, sent.PixKey, sent.PixOwnerDocument, sent.Hold, sent.Version, sent.Reason,
                request.Caller().Actor),
            cancellation);
        return set.Refusal is null ? new JsonAnswer(set.Value) : Problem.From(set.Refusal, request.HttpContext);
    }
}
