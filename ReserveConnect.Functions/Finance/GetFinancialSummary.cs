using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_financial_summary</c>.</summary>
/// <param name="By">The period by whose revenue properties are sorted.</param>
public sealed record FinancialSummaryParameters(string By, string? Cursor, int Limit) : IQuery<FinancialSummaryParameters>
{
    private const int DefaultLimit = 20;
    private const int MostProperties = 100;

    /// <inheritdoc/>
    public static FinancialSummaryParameters Read(QueryReader query) =>
        new(query.OneOf("by", [.. FinancialSummary.Periods]) ?? "month", query.Text("cursor"), query.Whole("limit", 1, MostProperties) ?? DefaultLimit);

    internal SummaryQuery Of(Guid? cityId) => new(cityId, By, Cursor, Limit);
}

/// <summary><c>get_financial_summary</c>: revenue today, this week and this month, what is owed and what is on its way, of a city or of all.</summary>
public sealed class GetFinancialSummary(FinancialSummary summary)
{
    [Function("get_financial_summary")]
    [Access(Callers.Agent, Target = "city")]
    [TakesQuery<FinancialSummaryParameters>]
    [Answers<FinancialSummaryView>]
    public Task<IActionResult> OfCity(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/cities/{id:guid}/financial-summary")] HttpRequest request,
        Guid id,
        CancellationToken cancellation) => AnswerAsync(request, id, cancellation);

    [Function("get_financial_summary_of_all")]
    [Access(Callers.Agent)]
    [TakesQuery<FinancialSummaryParameters>]
    [Answers<FinancialSummaryView>]
    public Task<IActionResult> OfAll(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/financial-summary")] HttpRequest request, CancellationToken cancellation) =>
        AnswerAsync(request, null, cancellation);

    private async Task<IActionResult> AnswerAsync(HttpRequest request, Guid? cityId, CancellationToken cancellation)
    {
        var query = QueryReader.Read<FinancialSummaryParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var answer = await summary.ReadAsync(request.Caller().Actor, query.Value.Of(cityId), cancellation);
        return answer.Refusal is null ? new JsonAnswer(answer.Value) : Problem.From(answer.Refusal, request.HttpContext);
    }
}
