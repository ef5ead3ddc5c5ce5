using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary>The query string of <c>get_payouts</c>.</summary>
public sealed record PayoutsParameters(PayoutQuery Asked) : IQuery<PayoutsParameters>
{
    private const int DefaultLimit = 50;
    private const int MostPayouts = 200;

    /// <inheritdoc/>
    public static PayoutsParameters Read(QueryReader query) => new(new PayoutQuery(
        query.Id("property_id"),
        query.OneOf(
            "status", PayoutStatus.PendingApproval, PayoutStatus.Approved, PayoutStatus.Processing, PayoutStatus.Failed, PayoutStatus.Completed,
            PayoutStatus.Returned, PayoutStatus.Rejected, PayoutStatus.CarriedOver),
        query.Date("from", about: "Periods that end on this day or later."),
        query.Date("to", about: "Periods that end on this day or earlier."),
        query.Text("cursor"),
        query.Whole("limit", 1, MostPayouts) ?? DefaultLimit));
}

/// <summary>A page of payouts, latest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record PayoutsAnswer(IReadOnlyList<PayoutView> Items, string? NextCursor);

/// <summary><c>get_payouts</c>: what properties were paid, are paid, and wait to be paid.</summary>
public sealed class GetPayouts(PayoutViews payouts)
{
    [Function("get_payouts")]
    [Access(Callers.Agent)]
    [TakesQuery<PayoutsParameters>]
    [Answers<PayoutsAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/payouts")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<PayoutsParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await payouts.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new PayoutsAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
