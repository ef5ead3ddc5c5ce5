using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary>What every function that cancels a booking ends with: the saga is started, and the guest told where things stand.</summary>
public sealed class CancellationStart(BookingSagas sagas, ILogger<CancellationStart> log)
{
    internal async Task<IActionResult> AnswerAsync(Outcome<CancellationView> outcome, DurableTaskClient client, HttpRequest request)
    {
        if (outcome.Refusal is not null)
        {
            return Problem.From(outcome.Refusal, request.HttpContext);
        }

        var view = outcome.Value;
        if (view.Status != CancellationStatus.Pending)
        {
            return new JsonAnswer(view);
        }

        try
        {
            await sagas.Through(client).CancelAsync(view.CancellationId, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The cancellation stands: the minute timer starts the saga of one that has none.
            log.LogError(e, "The saga of cancellation {CancellationId} was not started; the minute timer will", view.CancellationId);
        }

        return new JsonAnswer(view, StatusCodes.Status202Accepted) { Location = $"/api/reservations/{view.ConfirmationCode}" };
    }
}
