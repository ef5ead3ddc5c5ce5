using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>What every function that decides about a payout ends with: its saga is started or woken, and the caller told where it stands.</summary>
public sealed class PayoutAnswers(PayoutSagas sagas, ILogger<PayoutAnswers> log)
{
    internal async Task<IActionResult> AttendAsync(
        Outcome<PayoutView> outcome, DurableTaskClient client, HttpRequest request, int status = StatusCodes.Status200OK)
    {
        if (outcome.Refusal is not null)
        {
            return Problem.From(outcome.Refusal, request.HttpContext);
        }

        var payout = outcome.Value;
        try
        {
            // The saga of one that was rejected ends now; if it is not reached, it ends when it looks at its row.
            await (PayoutStatus.IsFinal(payout.Status)
                ? sagas.Through(client).WakeAsync(payout.Id, CancellationToken.None)
                : sagas.Through(client).AttendAsync(payout.Id, CancellationToken.None));
        }
        catch (Exception e)
        {
            // What was decided stands: the minute timer starts the saga of one that has none.
            log.LogError(e, "The saga of payout {PayoutId} was not reached; the minute timer will", payout.Id);
        }

        return new JsonAnswer(payout, status) { Location = status == StatusCodes.Status201Created ? $"/api/admin/payouts/{payout.Id}" : null };
    }
}
