using System.Diagnostics;
using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>
/// A guest without an account proves a booking by e-mail and confirmation code (design section 8). Whether it was the code,
/// the address or both that did not fit is not told, and the answer takes the same time.
/// </summary>
public sealed class BookingAccess(ReserveDatabase database, AccessTokens tokens, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>A token for the booking. Refusal: <c>access_denied</c> (401).</summary>
    public async Task<Outcome<IssuedToken>> RunAsync(string email, string typedCode, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var intentId = await FindAsync(email, typedCode, cancellation);
        // Both answers wait for one instant: what the database took, and the signature of a token, show in neither.
        var token = intentId is { } id ? tokens.ForBooking(id) : null;
        if (options.Value.AccessAnswerTime - clock.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, clock, cancellation);
        }

        return token is not null
            ? token
            : new Refusal(RefusalKind.Unauthenticated, "access_denied", "There is no booking with this e-mail and confirmation code.");
    }

    private async Task<Guid?> FindAsync(string email, string typedCode, CancellationToken cancellation)
    {
        // A code that cannot be one is looked for all the same.
        var code = ConfirmationCode.Normalise(typedCode) ?? "";
        await using var connection = await database.OpenAsync(cancellation);
        return await connection.ExecuteScalarAsync<Guid?>(
            """
            SELECT booking_intent_id
            FROM reserve.reservations
            WHERE confirmation_code = @code
              AND lower(guest_email) = lower(@Email)
            """,
            new { code, Email = email.Trim() });
    }
}
