using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Operation = ReserveConnect.Booking.CreateBookingIntent;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/booking-intents</c>.</summary>
/// <param name="Children">From two years on; they count like adults.</param>
/// <param name="Infants">Under two years; they count neither towards the occupancy nor towards the price.</param>
public sealed record BookingIntentBody(
    Guid UnitId, DateOnly CheckIn, DateOnly CheckOut, int Adults, GuestBody Guest, int Children = 0, int Infants = 0,
    string? SpecialRequests = null);

/// <summary>The guest in it.</summary>
public sealed record GuestBody(string Email, string FirstName, string LastName, string? Phone = null);

/// <summary><c>create_booking_intent</c>: holds a stay for 15 minutes and starts its saga.</summary>
public sealed class CreateBookingIntent(Operation create, AccessTokens tokens, BookingSagas sagas, TimeProvider clock, ILogger<CreateBookingIntent> log)
{
    [Function("create_booking_intent")]
    [Access(Callers.Public | Callers.Booking | Callers.Account)]
    [Limit(LimitClass.Intents)]
    [TakesHeader("Idempotency-Key", "Same key and body: the same answer, and one hold.")]
    [Takes<BookingIntentBody>]
    [Answers<BookingIntentView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "booking-intents")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<BookingIntentBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sender = ClientAddress.Of(request.HttpContext);
        var key = request.Headers.TryGetValue("Idempotency-Key", out var sent) ? sent.ToString() : null;
        var intent = await create.RunAsync(
            RequestOf(body.Value, OwnAccount(request.Caller().Actor)), key, sender.Network, sender.Site, cancellation);
        if (intent.Refusal is not null)
        {
            return Problem.From(intent.Refusal, request.HttpContext);
        }

        await StartAsync(client, intent.Value);
        // Made anew for an answer that is repeated: what is kept under an Idempotency-Key is no token. A request that is sent
        // again long after is no lost answer, and whoever has kept it gets no key to the booking.
        var answer = intent.Value.ExpiresAt > clock.GetUtcNow() ? intent.Value.With(tokens.ForCheckout(intent.Value.Id)) : intent.Value;
        return new JsonAnswer(answer, StatusCodes.Status201Created) { Location = $"/api/booking-intents/{intent.Value.Id}" };
    }

    private static BookingIntentRequest RequestOf(BookingIntentBody body, Guid? accountId) =>
        new(
            new StayRequest(body.UnitId, body.CheckIn, body.CheckOut, body.Adults, body.Children, body.Infants),
            new(body.Guest.Email, body.Guest.FirstName, body.Guest.LastName, body.Guest.Phone),
            body.SpecialRequests,
            accountId);

    // What staff book for somebody is that somebody's.
    private static Guid? OwnAccount(Actor actor) => actor.Kind == ActorKind.Guest ? actor.AccountId : null;

    // The hold stands whatever happens to the start: the minute timer starts the saga of an intent that has none.
    private async Task StartAsync(DurableTaskClient client, BookingIntentView intent)
    {
        try
        {
            await sagas.Through(client).EnsureStartedAsync(intent.Id, intent.ExpiresAt, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "The saga of intent {IntentId} was not started; the minute timer will", intent.Id);
        }
    }
}
