using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Support;

/// <summary>The query string of <c>get_audit_trail</c>.</summary>
public sealed record AuditParameters(string? Cursor, int Limit) : IQuery<AuditParameters>
{
    private const int DefaultLimit = 100;
    private const int MostEntries = 500;

    /// <inheritdoc/>
    public static AuditParameters Read(QueryReader query) => new(query.Text("cursor"), query.Whole("limit", 1, MostEntries) ?? DefaultLimit);
}

/// <summary>A page of a trail, oldest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record AuditAnswer(IReadOnlyList<AuditEntry> Items, string? NextCursor);

/// <summary><c>get_audit_trail</c>: everything that was written down about one booking (agents), payout (supervisors) or user (admins).</summary>
public sealed class GetAuditTrail(AuditTrail trail)
{
    [Function("get_audit_trail")]
    [Access(Callers.Agent, Target = "audit")]
    [TakesQuery<AuditParameters>]
    [Answers<AuditAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/audit/{kind}/{key}")] HttpRequest request,
        string kind,
        string key,
        CancellationToken cancellation)
    {
        var caller = request.Caller();
        var query = QueryReader.Read<AuditParameters>(request);
        var needed = kind switch { "booking" => Callers.Agent, "payout" => Callers.Supervisor, "user" => Callers.Admin, _ => Callers.None };
        if ((query.Refusal ?? Forbidden(caller, needed)) is { } refused)
        {
            return Problem.From(refused, request.HttpContext);
        }

        var (cursor, limit) = query.Value;
        var page = (kind, Guid.TryParse(key, out var id)) switch
        {
            ("booking", _) => await trail.OfBookingAsync(caller.Actor, key, cursor, limit, cancellation),
            ("payout", true) => await trail.OfPayoutAsync(caller.Actor, id, cursor, limit, cancellation),
            ("user", true) => await trail.OfUserAsync(caller.Actor, id, cursor, limit, cancellation),
            _ => AuditTrail.NotFound,
        };
        return page.Refusal is null
            ? new JsonAnswer(new AuditAnswer(page.Value.Entries, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }

    private static Refusal? Forbidden(Caller caller, Callers needed) => needed == Callers.None || (caller.Kinds & needed) != Callers.None
        ? null
        : new(RefusalKind.Forbidden, "forbidden", "This trail is for supervisors (payouts) and admins (users).");
}
