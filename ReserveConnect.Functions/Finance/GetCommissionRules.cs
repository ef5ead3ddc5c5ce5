using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_commission_rules</c>.</summary>
public sealed record CommissionRulesParameters(CommissionRuleQuery Asked) : IQuery<CommissionRulesParameters>
{
    private const int DefaultLimit = 50;
    private const int MostRules = 200;

    /// <inheritdoc/>
    public static CommissionRulesParameters Read(QueryReader query) => new(new CommissionRuleQuery(
        query.Id("property_id", about: "The property's own rules."),
        query.Id("city_id", about: "The city's own rules."),
        query.Date("on", about: "In force on this local date."),
        query.OneOf("scope", "property", "city", "default"),
        query.Text("cursor"),
        query.Whole("limit", 1, MostRules) ?? DefaultLimit));
}

/// <summary>A page of commission rules, those made last first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record CommissionRulesAnswer(IReadOnlyList<CommissionRuleView> Items, string? NextCursor);

/// <summary><c>get_commission_rules</c>: what is charged, was charged and will be.</summary>
public sealed class GetCommissionRules(CommissionRules rules)
{
    [Function("get_commission_rules")]
    [Access(Callers.Agent)]
    [TakesQuery<CommissionRulesParameters>]
    [Answers<CommissionRulesAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/commission-rules")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<CommissionRulesParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await rules.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new CommissionRulesAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
