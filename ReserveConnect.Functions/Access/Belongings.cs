using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Accounts;
using ReserveConnect.Booking;
using ReserveConnect.Database;

namespace ReserveConnect.Functions.Access;

/// <summary>Asks the database, as the caller, whether what a route names is theirs to see; row-level security answers.</summary>
public sealed class Belongings(ReserveDatabase database)
{
    /// <summary>A refusal when the thing is not there, or not for this actor: the answer is the same.</summary>
    public async Task<Refusal?> CheckAsync(Resource resource, HttpRequest request, Actor actor, CancellationToken cancellation) => resource switch
    {
        Resource.None => null,
        Resource.BookingIntent => await SeesAsync(
            actor,
            "SELECT FROM reserve.booking_intents WHERE id = @Id",
            new { Id = Guid.Parse(Named(request, "id")) },
            cancellation)
            ? null
            : Refusal.NotFound("intent_not_found", "There is no such booking intent."),
        Resource.Reservation => ConfirmationCode.Normalise(Named(request, "code")) is { } code
            && await SeesAsync(
                actor, "SELECT FROM reserve.reservations WHERE confirmation_code = @code", new { code }, cancellation)
            ? null
            : Refusal.NotFound("reservation_not_found", "There is no reservation with this code."),
        _ => throw new ArgumentOutOfRangeException(nameof(resource), resource, "nobody knows whose this is"),
    };

    private Task<bool> SeesAsync(Actor actor, string sql, object parameters, CancellationToken cancellation) =>
        database.FindsAsync(actor, sql, parameters, cancellation);

    private static string Named(HttpRequest request, string parameter) =>
        request.HttpContext.GetRouteValue(parameter) as string ?? throw new InvalidOperationException($"this route has no {parameter}");
}
