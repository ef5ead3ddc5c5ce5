using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Support;

/// <summary><c>get_audit_trail</c>: everything that was written down about one booking, by its code or the id of its intent or reservation.</summary>
public sealed class GetAuditTrail(AuditTrail trail)
{
    [Function("get_audit_trail")]
    [Access(Callers.Agent, Target = "booking")]
    [TakesQuery<AuditParameters>]
    [Answers<AuditAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/audit/bookings/{key}")] HttpRequest request,
        string key,
        CancellationToken cancellation)
    {
        var query = QueryReader.Read<AuditParameters>(request);
        return query.Refusal is { } malformed
            ? Problem.From(malformed, request.HttpContext)
            : AuditAnswer.Of(await trail.OfBookingAsync(request.Caller().Actor, key, query.Value.Cursor, query.Value.Limit, cancellation), request);
    }
}
