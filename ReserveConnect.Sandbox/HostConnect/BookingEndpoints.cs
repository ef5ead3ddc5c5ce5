using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Calls about bookings.</summary>
internal static class BookingEndpoints
{
    /// <summary><c>POST /v1/bookings</c></summary>
    public static async Task Create(HttpContext context, HostBookings bookings)
    {
        var request = new HostRequest(context);
        var key = request.Key();
        var body = await request.BodyAsync(HostJson.Default.BookingRequest);
        await AnswerAsync(context, request.Problem is { } problem ? problem : bookings.Create(key, body!));
    }

    /// <summary><c>PATCH /v1/bookings/{booking_id}</c></summary>
    public static async Task Change(HttpContext context, HostBookings bookings)
    {
        var request = new HostRequest(context);
        var key = request.Key();
        var body = await request.BodyAsync(HostJson.Default.BookingChange);
        await AnswerAsync(context, request.Problem is { } problem ? problem : bookings.Change(request.RouteId("booking_id"), key, body!));
    }

    /// <summary><c>POST /v1/bookings/{booking_id}/cancel</c></summary>
    public static Task Cancel(HttpContext context, HostBookings bookings) =>
        AnswerAsync(context, bookings.Cancel(new HostRequest(context).RouteId("booking_id")));

    /// <summary><c>POST /v1/bookings/by-key/{key}/cancel</c></summary>
    public static Task CancelKey(HttpContext context, HostBookings bookings) => context.Response.WriteAsJsonAsync(
        bookings.CancelKey(new HostRequest(context).Route("key")), HostJson.Default.KeyCancellation);

    /// <summary><c>GET /v1/bookings/{booking_id}</c></summary>
    public static Task Get(HttpContext context, HostBookings bookings) =>
        AnswerAsync(context, Find(bookings.Book.ById(new HostRequest(context).RouteId("booking_id"))));

    /// <summary><c>GET /v1/bookings/by-key/{key}</c></summary>
    public static Task GetByKey(HttpContext context, HostBookings bookings) =>
        AnswerAsync(context, Find(bookings.Book.Key(new HostRequest(context).Route("key"))));

    /// <summary>Answers with what came of it.</summary>
    public static Task AnswerAsync(HttpContext context, BookingAnswer answer)
    {
        switch (answer)
        {
            case BookingAnswer.Created created:
                context.Response.StatusCode = StatusCodes.Status201Created;
                return context.Response.WriteAsJsonAsync(created.Booking, HostJson.Default.Booking);
            case BookingAnswer.Standing standing:
                return context.Response.WriteAsJsonAsync(standing.Booking, HostJson.Default.Booking);
            default:
                return ((BookingAnswer.Refused)answer).Problem.WriteAsync(context);
        }
    }

    private static BookingAnswer Find(BookingKey? key)
    {
        if (key is null)
            return HostProblem.NotFound("booking");

        // Under the key's lock: a create under way is waited for, so 'not found' means that none stands.
        lock (key.Gate)
            return key.Stored is { } stored ? new BookingAnswer.Standing(stored.Booking) : HostProblem.NotFound("booking");
    }
}
