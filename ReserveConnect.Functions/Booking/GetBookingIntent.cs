using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Booking;

/// <summary><c>get_booking_intent</c>: the hold, its quote and where it stands.</summary>
public sealed class GetBookingIntent(ReserveDatabase database, IOptions<BookingOptions> options)
{
    [Function("get_booking_intent")]
    [Access(Callers.Booking | Callers.Guest, Of = Resource.BookingIntent)]
    [Answers<BookingIntentView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "booking-intents/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var found = await database.ReadAsync(request.Caller().Actor, connection => BookingIntentView.ReadAsync(connection, id, options.Value), cancellation);
        return found is { } intent
            ? new JsonAnswer(intent)
            : Problem.From(Refusal.NotFound("intent_not_found", "There is no such booking intent."), request.HttpContext);
    }
}
