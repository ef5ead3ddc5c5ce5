using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Owners;

/// <summary>The query string of <c>get_property_financials</c>.</summary>
public sealed record PropertyFinancialsParameters(DateOnly? From, DateOnly? To) : IQuery<PropertyFinancialsParameters>
{
    private const int MostDays = 366;

    /// <inheritdoc/>
    public static PropertyFinancialsParameters Read(QueryReader query)
    {
        var from = query.Date("from", about: "First day of arrival; without it the first of the month of to.");
        var to = query.Date("to", about: "Last day of arrival; without it today.");
        if (from is not null && (to is null || to < from || to.Value.DayNumber - from.Value.DayNumber >= MostDays))
        {
            query.Add("to", "invalid_period", $"With from, and not before it; at most {MostDays} days.");
        }

        return new(from, to);
    }
}

/// <summary><c>get_property_financials</c>: what one of the caller's own properties has earned, is owed and was paid.</summary>
public sealed class GetPropertyFinancials(PropertyFinancials financials)
{
    [Function("get_property_financials")]
    [Access(Callers.Owner)]
    [TakesQuery<PropertyFinancialsParameters>]
    [Answers<PropertyFinancialsView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/properties/{id:guid}/financials")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var query = QueryReader.Read<PropertyFinancialsParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var found = await financials.ReadAsync(request.Caller().Actor, id, query.Value.From, query.Value.To, cancellation);
        return found.Refusal is null ? new JsonAnswer(found.Value) : Problem.From(found.Refusal, request.HttpContext);
    }
}
