using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary>In real time: the quote of a stay, or without dates a month of the unit's calendar.</summary>
public sealed class CheckAvailability(Availability availability, CalendarMonths months, TimeProvider clock)
{
    [Function("check_availability")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Search)]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "units/{unitId}/availability")] HttpRequest request,
        string unitId,
        CancellationToken ct)
    {
        var query = new QueryReader(request);
        var isStay = query.Has("check_in") || query.Has("check_out");
        var month = isStay ? null : query.Month("month");
        var stay = isStay
            ? new StayRequest(
                Guid.Empty,
                query.Date("check_in", required: true) ?? default,
                query.Date("check_out", required: true) ?? default,
                SearchParameters.Adults(query, 0, 1_000),
                query.Whole("children", 0, 1_000) ?? 0)
            : null;
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        // An id that is none is the id of nothing.
        _ = Guid.TryParse(unitId, out var id);
        return stay is null
            ? Answer(await months.GetAsync(id, month ?? ThisMonth(), ct), request)
            : Answer(await QuoteAsync(stay with { UnitId = id }, ct), request);
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

    private DateOnly ThisMonth()
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return new DateOnly(today.Year, today.Month, 1);
    }
}
