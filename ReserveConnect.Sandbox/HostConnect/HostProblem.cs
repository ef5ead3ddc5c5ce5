using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>A refusal of the Host, answered as <c>application/problem+json</c>.</summary>
internal sealed record HostProblem(string Type, string Title, int Status, string Code, string Detail)
{
    /// <summary>401.</summary>
    public static HostProblem Unauthorized() => Of(401, "unauthorized", "Unauthorized", "A valid API key is needed.");

    /// <summary>400.</summary>
    public static HostProblem Invalid(string detail) => Of(400, "invalid_request", "Invalid request", detail);

    /// <summary>404 for a city, property, room_type or booking.</summary>
    public static HostProblem NotFound(string what) =>
        Of(404, what + "_not_found", "Not found", $"There is no such {what.Replace('_', ' ')}.");

    /// <summary>409: the nights are not free.</summary>
    public static HostProblem NoAvailability(string detail) => Of(409, "no_availability", "No availability", detail);

    /// <summary>409: the key was cancelled before it was used.</summary>
    public static HostProblem KeyCancelled() =>
        Of(409, "key_cancelled", "Key cancelled", "The key was cancelled before a booking was made with it.");

    /// <summary>409: a cancelled booking cannot be changed.</summary>
    public static HostProblem BookingCancelled() => Of(409, "booking_cancelled", "Booking cancelled", "The booking is cancelled.");

    /// <summary>422: the stay breaks a rule.</summary>
    public static HostProblem InvalidBooking(string detail) => Of(422, "invalid_booking", "Invalid booking", detail);

    /// <summary>422: the key was used for something else.</summary>
    public static HostProblem IdempotencyMismatch() =>
        Of(422, "idempotency_mismatch", "Idempotency mismatch", "The key was used before with another body.");

    /// <summary>The problem for a bare status.</summary>
    public static HostProblem ForStatus(int status, string detail) => status switch
    {
        401 => Unauthorized(),
        404 => Of(404, "not_found", "Not found", detail),
        409 => NoAvailability(detail),
        413 => Of(413, "invalid_request", "Body too large", detail),
        422 => InvalidBooking(detail),
        429 => Of(429, "rate_limited", "Too many requests", detail),
        >= 500 => Of(status, "internal_error", "Internal error", detail),
        _ => Of(status, "invalid_request", "Invalid request", detail),
    };

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(this, HostJson.Default.HostProblem, "application/problem+json", context.RequestAborted);
    }

    private static HostProblem Of(int status, string code, string title, string detail) =>
        new("https://hostconnect.example/problems/" + code, title, status, code, detail);
}
