using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Booking.BookingAccess;

namespace ReserveConnect.Functions.Booking;

/// <summary>The body of <c>POST /api/reservations/access</c>.</summary>
public sealed record BookingAccessBody(string Email, string ConfirmationCode);

/// <summary>A token for one booking.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="AccessTokenExpiresAt">UTC instant at which the token ends.</param>
public sealed record BookingAccessAnswer(string AccessToken, DateTimeOffset AccessTokenExpiresAt);

/// <summary><c>booking_access</c>: a token for one booking, for whoever knows its e-mail and confirmation code.</summary>
public sealed class BookingAccess(Operation access)
{
    [Function("booking_access")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Access)]
    [Takes<BookingAccessBody>]
    [Answers<BookingAccessAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reservations/access")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<BookingAccessBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var token = await access.RunAsync(body.Value.Email, body.Value.ConfirmationCode, cancellation);
        return token.Refusal is null
            ? new JsonAnswer(new BookingAccessAnswer(token.Value.Token, token.Value.ExpiresAt))
            : Problem.From(token.Refusal, request.HttpContext);
    }
}
