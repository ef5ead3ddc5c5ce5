using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;

namespace ReserveConnect.Functions.Support;

/// <summary>The query string of <c>get_exception_queue</c>.</summary>
/// <param name="Mine">Of whoever asks.</param>
public sealed record ExceptionQueueParameters(ExceptionQuery Asked, bool Mine) : IQuery<ExceptionQueueParameters>
{
    private const int DefaultLimit = 50;
    private const int MostExceptions = 200;

    /// <inheritdoc/>
    public static ExceptionQueueParameters Read(QueryReader query)
    {
        var who = query.Text("assigned_to", about: "me, none, or an account's id.");
        var isId = Guid.TryParseExact(who, "D", out var account);
        if (who is not (null or "me" or "none") && !isId)
        {
            query.Add("assigned_to", "invalid_value", "Must be me, none, or an account's id.");
        }

        return new(
            new(
                query.OneOf("status", "open", "in_progress", "resolved", "dismissed"),
                query.OneOf("severity", "critical", "high", "medium", "low"),
                query.Text("type", about: "The kind of trouble, host_booking_failed for example."),
                isId ? account : null,
                who == "none",
                query.Id("property_id"),
                query.Flag("overdue", about: "Only what is not closed and past its deadline."),
                query.Text("cursor"),
                query.Whole("limit", 1, MostExceptions) ?? DefaultLimit),
            who == "me");
    }
}

/// <summary>A page of the queue: the gravest first, of those what is due first.</summary>
/// <param name="Counts">Of all that is not closed, whatever was asked for.</param>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record ExceptionQueueAnswer(IReadOnlyList<ExceptionView> Items, ExceptionCounts Counts, string? NextCursor);

/// <summary><c>get_exception_queue</c>: what waits for a person; without <c>status</c> whatever is not closed.</summary>
public sealed class GetExceptionQueue(ExceptionQueue queue)
{
    [Function("get_exception_queue")]
    [Access(Callers.Agent)]
    [TakesQuery<ExceptionQueueParameters>]
    [Answers<ExceptionQueueAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/exceptions")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<ExceptionQueueParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var actor = request.Caller().Actor;
        var asked = query.Value.Mine ? query.Value.Asked with { AssignedTo = actor.AccountId } : query.Value.Asked;
        var page = await queue.ListAsync(actor, asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new ExceptionQueueAnswer(page.Value.Items, page.Value.Counts, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
