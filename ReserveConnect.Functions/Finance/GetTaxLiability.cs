using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Taxes;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_tax_liability</c>.</summary>
/// <param name="Format"><c>json</c> or <c>csv</c>.</param>
public sealed record TaxLiabilityParameters(DateOnly Month, string Format) : IQuery<TaxLiabilityParameters>
{
    /// <inheritdoc/>
    public static TaxLiabilityParameters Read(QueryReader query) =>
        new(query.Month("month", required: true, about: "A month of the books.") ?? default, query.OneOf("format", "json", "csv") ?? "json");
}

/// <summary><c>get_tax_liability</c>: what taxes came to be owed in a month, and what is owed after it.</summary>
public sealed class GetTaxLiability(TaxLiability liability)
{
    [Function("get_tax_liability")]
    [Access(Callers.Agent)]
    [TakesQuery<TaxLiabilityParameters>]
    [Answers<TaxLiabilityReport>]
    [AnswersBytes("text/csv")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/taxes/liability")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<TaxLiabilityParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var report = await liability.ReadAsync(request.Caller().Actor, query.Value.Month, cancellation);
        if (query.Value.Format == "json")
        {
            return new JsonAnswer(report);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"taxes-{report.Month:yyyyMM}.csv");
        var file = await FileAnswer.MakeAsync("text/csv", name, async writer =>
        {
            await TaxLiability.WriteCsvAsync(report, writer, cancellation);
            return null;
        });
        return file.Value;
    }
}
