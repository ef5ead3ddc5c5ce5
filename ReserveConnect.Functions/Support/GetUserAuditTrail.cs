using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Support;

/// <summary><c>get_audit_trail_of_user</c>: what was done to one account, and what it did.</summary>
public sealed class GetUserAuditTrail(AuditTrail trail)
{
    [Function("get_audit_trail_of_user")]
    [Access(Callers.Admin, Target = "account")]
    [TakesQuery<AuditParameters>]
    [Answers<AuditAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/audit/users/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var query = QueryReader.Read<AuditParameters>(request);
        return query.Refusal is { } malformed
            ? Problem.From(malformed, request.HttpContext)
            : AuditAnswer.Of(await trail.OfUserAsync(request.Caller().Actor, id, query.Value.Cursor, query.Value.Limit, cancellation), request);
    }
}
