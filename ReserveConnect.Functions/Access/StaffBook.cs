using Microsoft.AspNetCore.Http;
using ReserveConnect.Booking;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Access;

/// <summary>Writes down what staff and operators do, before it is done: no record, no deed.</summary>
public sealed class StaffBook(SupportActivity activities)
{
    private const int LongestName = 40;
    private const int MostParameters = 50;

    /// <summary>Records the call if it is one of staff, or made with the operator's key.</summary>
    public async Task RecordAsync(string function, AccessAttribute declared, Caller caller, HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(declared);
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(http);
        if (!caller.Actor.IsStaff && !caller.IsOperator)
        {
            return;
        }

        var target = Written(declared, http.Request.RouteValues.Select(value => value.Value as string).LastOrDefault());
        var activity = new StaffActivity(
            function,
            target is null ? null : declared.Target ?? Named(declared.Of),
            target,
            new { http.Request.Method, Parameters = http.Request.Query.Keys.Where(IsName).Take(MostParameters).Order(StringComparer.Ordinal), Route = Others(http) });
        await activities.RecordAsync(caller.Actor.AccountId, caller.Name, Problem.TraceId(http), activity, http.RequestAborted);
    }

    // A query may be anything, and somebody's address too: what is no name of ours is not kept.
    private static bool IsName(string name) => name.Length <= LongestName && name.All(c => char.IsAsciiLetterLower(c) || c is '_' or '.');

    // What the route names before its last part: of remove_owner, the property.
    private static IEnumerable<string> Others(HttpContext http) =>
        http.Request.RouteValues.Values.OfType<string>().SkipLast(1).Select(value => Guid.TryParse(value, out var id) ? id.ToString() : "");

    // However an address spells a thing, the book knows it by one name.
    private static string? Written(AccessAttribute declared, string? target) =>
        Guid.TryParse(target, out var id) ? id.ToString()
        : declared.Of == Resource.Reservation || declared.Target == "booking" ? ConfirmationCode.Normalise(target ?? "") ?? target
        : target;

    private static string? Named(Resource resource) => resource switch
    {
        Resource.BookingIntent => "booking_intent",
        Resource.Reservation => "reservation",
        _ => null,
    };
}
