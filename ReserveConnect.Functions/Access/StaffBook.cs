using Microsoft.AspNetCore.Http;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Access;

/// <summary>Writes down what staff and operators do, before it is done: no record, no deed.</summary>
public sealed class StaffBook(SupportActivity activities)
{
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

        var target = http.Request.RouteValues.Select(value => value.Value as string).LastOrDefault();
        var activity = new StaffActivity(
            function,
            target is null ? null : declared.Target ?? Named(declared.Of),
            target,
            new { http.Request.Method, Parameters = http.Request.Query.Keys.Order(StringComparer.Ordinal) });
        await activities.RecordAsync(caller.Actor.AccountId, caller.Name, Problem.TraceId(http), activity, http.RequestAborted);
    }

    private static string? Named(Resource resource) => resource switch
    {
        Resource.BookingIntent => "booking_intent",
        Resource.Reservation => "reservation",
        _ => null,
    };
}
