using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_ledger_statement</c>.</summary>
public sealed record LedgerStatementParameters(StatementQuery Asked) : IQuery<LedgerStatementParameters>
{
    private const int DefaultLimit = 100;
    private const int MostLines = 500;

    /// <inheritdoc/>
    public static LedgerStatementParameters Read(QueryReader query) => new(new StatementQuery(
        query.Text("account", required: true, about: "A code of the chart.") ?? "",
        query.Id("account_id", about: "The property, or the booking intent of the guest, whose account it is."),
        query.Date("from", required: true, about: "First day of the books.") ?? default,
        query.Date("to", required: true, about: "Last day of the books.") ?? default,
        query.Text("cursor"),
        query.Whole("limit", 1, MostLines) ?? DefaultLimit));
}

/// <summary><c>get_ledger_statement</c>: an account over days, with its balance before and after.</summary>
public sealed class GetLedgerStatement(Statements statements)
{
    [Function("get_ledger_statement")]
    [Access(Callers.Agent)]
    [TakesQuery<LedgerStatementParameters>]
    [Answers<AccountStatement>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/ledger/statement")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<LedgerStatementParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        var statement = await statements.ReadAsync(request.Caller().Actor, query.Value.Asked, cancellation);
        return statement.Refusal is null ? new JsonAnswer(statement.Value) : Problem.From(statement.Refusal, request.HttpContext);
    }
}
