using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary>
/// <c>get_property_calendar_link</c>: the secret address of the calendar of one of the caller's properties. Where there is none
/// it is made, and the audit log says so: the one GET that writes. Asked again it answers the same.
/// </summary>
public sealed class GetPropertyCalendarLink(CalendarLinks links)
{
    [Function("get_property_calendar_link")]
    [Access(Callers.Owner)]
    [Answers<CalendarLink>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/properties/{id:guid}/calendar-link")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var link = await links.GetAsync(request.Caller().Actor, id, cancellation);
        return link.Refusal is null ? new JsonAnswer(link.Value) : Problem.From(link.Refusal, request.HttpContext);
    }
}
