using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Inventory;

namespace ReserveConnect.Functions.Inventory;

/// <summary>A quote, and how fresh what it is made from is.</summary>
public sealed record FreshQuote : Quote
{
    internal FreshQuote(Quote quote, Freshness freshness)
        : base(quote) => (HostLastSyncedAt, IsStale) = freshness;

    /// <summary>When the Host last confirmed the property, UTC.</summary>
    public DateTimeOffset? HostLastSyncedAt { get; }

    /// <summary>That is too long ago, or the Host says something of it that cannot be taken over.</summary>
    public bool IsStale { get; }
}

/// <summary>A month, and how fresh it is.</summary>
public sealed record FreshCalendarMonth : CalendarMonth
{
    internal FreshCalendarMonth(CalendarMonth month, Freshness freshness)
        : base(month) => (HostLastSyncedAt, IsStale) = freshness;

    /// <inheritdoc cref="FreshQuote.HostLastSyncedAt"/>
    public DateTimeOffset? HostLastSyncedAt { get; }

    /// <inheritdoc cref="FreshQuote.IsStale"/>
    public bool IsStale { get; }
}

/// <summary><c>check_availability</c>: in real time the quote of a stay, or without dates a month of the unit's calendar.</summary>
public sealed class CheckAvailability(Availability availability, CalendarMonths months, UnitFreshness freshness)
{
    [Function("check_availability")]
    [Access(Callers.Public)]
    [Limit(LimitClass.Search)]
    [TakesQuery<AvailabilityParameters>]
    [Answers<FreshQuote>]
    [Answers<FreshCalendarMonth>]
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
            ? await AnswerAsync(await QuoteAsync(stay with { UnitId = id }, ct), id, (quote, fresh) => new FreshQuote(quote, fresh), request, ct)
            : await AnswerAsync(
                await months.GetAsync(id, query.Value.Month, query.Value.Guests, ct), id, (month, fresh) => new FreshCalendarMonth(month, fresh), request, ct);
    }

    private async Task<IActionResult> AnswerAsync<T, TFresh>(
        Outcome<T> outcome, Guid unitId, Func<T, Freshness, TFresh> with, HttpRequest request, CancellationToken ct) =>
        outcome.Refusal is { } refusal
            ? Problem.From(refusal, request.HttpContext)
            : new JsonAnswer(with(outcome.Value, await freshness.GetAsync(unitId, ct)));

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
}
