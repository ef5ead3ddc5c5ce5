using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary><c>check_availability</c>: in real time the quote of a stay, or without dates a month of the unit's calendar.</summary>
public sealed class CheckAvailability(Availability availability, CalendarMonths months)
{
    [Function("check_availability")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Search)]
    [TakesQuery<AvailabilityParameters>]
    [Answers<Quote>]
    [Answers<CalendarMonth>]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "units/{unitId}/availability")] HttpRequest request,
        string unitId,
        CancellationToken ct)
    {
        var query = QueryReader.Read<AvailabilityParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        // An id that is none is the id of nothing.
        _ = Guid.TryParse(unitId, out var id);
        return query.Value.Stay is { } stay
            ? Answer(await QuoteAsync(stay with { UnitId = id }, ct), request)
            : Answer(await months.GetAsync(id, query.Value.Month, query.Value.Guests, ct), request);
    }

    private async Task<Outcome<Quote>> QuoteAsync(StayRequest stay, CancellationToken ct)
    {
        var outcome = await availability.QuoteAsync(stay, ct);
        if (outcome.Refusal is not { Code: "not_available" } refusal)
        {
            return outcome;
        }

        var alternatives = await availability.NearbyAlternativesAsync(stay, ct);
        return refusal with
        {
            Extensions = new Dictionary<string, object?>(refusal.Extensions!) { ["alternatives"] = alternatives },
        };
    }

    private static JsonAnswer Answer<T>(Outcome<T> outcome, HttpRequest request) => outcome.Refusal is { } refusal
        ? Problem.From(refusal, request.HttpContext)
        : new JsonAnswer(outcome.Value);
}
