using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_tax_rules</c>.</summary>
public sealed record TaxRulesParameters(TaxRuleQuery Asked) : IQuery<TaxRulesParameters>
{
    private const int DefaultLimit = 50;
    private const int MostRules = 200;

    /// <inheritdoc/>
    public static TaxRulesParameters Read(QueryReader query) => new(new TaxRuleQuery(
        query.Id("city_id", about: "The city's own rules."),
        query.Text("tax_type", about: "ISS, IOF, PIS, ..."),
        query.OneOf("applies_to", [.. TaxRules.Bases]),
        query.Date("on", about: "In force on this local date."),
        query.Text("cursor"),
        query.Whole("limit", 1, MostRules) ?? DefaultLimit));
}

/// <summary>A page of tax rules, those made last first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record TaxRulesAnswer(IReadOnlyList<TaxRuleView> Items, string? NextCursor);

/// <summary><c>get_tax_rules</c>: which taxes there are, where, on what, and since when.</summary>
public sealed class GetTaxRules(TaxRuleList rules)
{
    [Function("get_tax_rules")]
    [Access(Callers.Agent)]
    [TakesQuery<TaxRulesParameters>]
    [Answers<TaxRulesAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/tax-rules")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<TaxRulesParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await rules.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new TaxRulesAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
