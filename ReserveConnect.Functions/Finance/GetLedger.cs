using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_ledger</c>.</summary>
public sealed record LedgerParameters(JournalQuery Asked) : IQuery<LedgerParameters>
{
    private const int DefaultLimit = 50;
    private const int MostTransactions = 200;

    /// <inheritdoc/>
    public static LedgerParameters Read(QueryReader query) => new(new JournalQuery(
        query.Text("account", about: "Transactions that move this account: a code of the chart."),
        query.Id("account_id", about: "Transactions that move the account of this property, or of the guest of this booking intent."),
        query.Id("property_id", about: "Whose matter they are."),
        query.Id("reservation_id"),
        query.Id("booking_intent_id"),
        query.Text("type", about: "payment, refund, payout, adjustment, ..."),
        query.Text("business_key", about: "The one transaction of this fact."),
        query.Date("from", about: "First day of the books."),
        query.Date("to", about: "Last day of the books."),
        query.Text("cursor"),
        query.Whole("limit", 1, MostTransactions) ?? DefaultLimit));
}

/// <summary>A page of the journal, latest first.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record LedgerAnswer(IReadOnlyList<LedgerTransactionView> Items, string? NextCursor);

/// <summary><c>get_ledger</c>: the journal of the books.</summary>
public sealed class GetLedger(Journal journal)
{
    [Function("get_ledger")]
    [Access(Callers.Agent)]
    [TakesQuery<LedgerParameters>]
    [Answers<LedgerAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/ledger")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<LedgerParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var page = await journal.ListAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return page.Refusal is null
            ? new JsonAnswer(new LedgerAnswer(page.Value.Items, page.Value.Next))
            : Problem.From(page.Refusal, request.HttpContext);
    }
}
