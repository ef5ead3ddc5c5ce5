using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Operation = ReserveConnect.Booking.Modifications.ModifyBooking;
using ReserveConnect.Booking;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/reservations/{code}/modify</c>; what is left out stays as it is booked.</summary>
/// <param name="UnitId">Of the same property.</param>
public sealed record ModifyBookingBody(
    Guid? UnitId = null, DateOnly? CheckIn = null, DateOnly? CheckOut = null, int? Adults = null, int? Children = null, int? Infants = null)
{
    /// <summary>What the quote said: when the change costs another amount now, that is told and nothing is changed.</summary>
    // No parameter: the schema of one that has a default and a converter says nothing of its type.
    public decimal? ExpectedDifference { get; init; }
}

/// <summary>
/// <c>modify_booking</c>: holds the new stay for 15 minutes, to be paid as any booking intent; with nothing to pay the change is
/// made at once.
/// </summary>
public sealed class ModifyBooking(Operation modify, BookingSagas sagas, ILogger<ModifyBooking> log)
{
    [Function("modify_booking")]
    [Access(Callers.Booking | Callers.Guest | Callers.Agent, Of = Resource.Reservation)]
    [Limit(LimitClass.Intents)]
    [Takes<ModifyBookingBody>]
    [Answers<ModificationView>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/{code}/modify")] HttpRequest request,
        string code,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<ModifyBookingBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var wanted = body.Value;
        var change = await modify.RunAsync(
            new(code, wanted.UnitId, wanted.CheckIn, wanted.CheckOut, wanted.Adults, wanted.Children, wanted.Infants),
            wanted.ExpectedDifference, request.Caller().Name, cancellation);
        if (change.Refusal is not null)
        {
            return Problem.From(change.Refusal, request.HttpContext);
        }

        if (change.Value.Status != BookingIntentStatus.Confirmed)
        {
            await StartAsync(client, change.Value);
        }

        return new JsonAnswer(change.Value, StatusCodes.Status202Accepted) { Location = $"/api/booking-intents/{change.Value.BookingIntentId}" };
    }

    // The hold stands whatever happens to the start: the minute timer starts the saga of an intent that has none.
    private async Task StartAsync(DurableTaskClient client, ModificationView change)
    {
        try
        {
            await sagas.Through(client).EnsureStartedAsync(change.BookingIntentId, change.ExpiresAt, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "The saga of modification {IntentId} was not started; the minute timer will", change.BookingIntentId);
        }
    }
}
