using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Support;

/// <summary>The query string of an audit trail.</summary>
public sealed record AuditParameters(string? Cursor, int Limit) : IQuery<AuditParameters>
{
    private const int DefaultLimit = 100;
    private const int MostEntries = 500;

    /// <inheritdoc/>
    public static AuditParameters Read(QueryReader query) => new(query.Text("cursor"), query.Whole("limit", 1, MostEntries) ?? DefaultLimit);
}

/// <summary>A page of a trail, oldest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record AuditAnswer(IReadOnlyList<AuditEntry> Items, string? NextCursor)
{
    /// <summary>A page, or why there is none.</summary>
    internal static IActionResult Of(Outcome<AuditPage> page, HttpRequest request) => page.Refusal is null
        ? new JsonAnswer(new AuditAnswer(page.Value.Entries, page.Value.Next))
        : Problem.From(page.Refusal, request.HttpContext);
}
