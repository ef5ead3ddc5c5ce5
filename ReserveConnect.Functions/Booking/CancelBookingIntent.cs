using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Operation = ReserveConnect.Booking.CancelBookingIntent;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>cancel_booking_intent</c>: the guest leaves before the booking stands.</summary>
public sealed class CancelBookingIntent(Operation cancel, BookingSagas sagas)
{
    [Function("cancel_booking_intent")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [Answers<BookingIntentView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "booking-intents/{id:guid}")] HttpRequest request,
        Guid id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var intent = await cancel.RunAsync(id, cancellation);
        if (intent.Refusal is not null)
        {
            return Problem.From(intent.Refusal, request.HttpContext);
        }

        var saga = sagas.Through(client);
        // What is paid may be in the hands of the saga of late money.
        await (intent.Value.Status is BookingIntentStatus.HostCommitPending or BookingIntentStatus.HostCommitFailed
            ? saga.AttendAsync(id, CancellationToken.None)
            : saga.WakeAsync(id, CancellationToken.None));
        return new JsonAnswer(intent.Value);
    }
}
