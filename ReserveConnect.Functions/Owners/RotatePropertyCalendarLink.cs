using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Owners;

namespace ReserveConnect.Functions.Owners;

/// <summary><c>rotate_property_calendar_link</c>: another secret address; the old one leads nowhere from now on.</summary>
public sealed class RotatePropertyCalendarLink(CalendarLinks links)
{
    [Function("rotate_property_calendar_link")]
    [Access(Callers.Owner)]
    [Answers<CalendarLink>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "owner/properties/{id:guid}/calendar-link")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var link = await links.RotateAsync(request.Caller().Actor, id, cancellation);
        return link.Refusal is null ? new JsonAnswer(link.Value) : Problem.From(link.Refusal, request.HttpContext);
    }
}
