using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts.Statements;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance.Payouts;

/// <summary><c>get_payout_statement</c>: a payout as its owner is told of it, for staff whom they ask about it.</summary>
public sealed class GetPayoutStatement(PayoutStatements statements)
{
    [Function("get_payout_statement")]
    [Access(Callers.Agent, Target = "payout")]
    [TakesQuery<PayoutStatementParameters>]
    [AnswersBytes("application/pdf")]
    [AnswersBytes("text/csv")]
    public Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/payouts/{id:guid}/statement")] HttpRequest request,
        Guid id,
        CancellationToken cancellation) =>
        StatementAnswer.MakeAsync(statements, request, id, QueryReader.Read<PayoutStatementParameters>(request), cancellation);
}
