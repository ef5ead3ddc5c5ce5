using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Payouts.Statements;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Owners;

/// <summary><c>get_owner_payout_statement</c>: how a payout to one of the caller's own properties adds up, as a file to keep.</summary>
public sealed class GetOwnerPayoutStatement(PayoutStatements statements)
{
    [Function("get_owner_payout_statement")]
    [Access(Callers.Owner)]
    [TakesQuery<PayoutStatementParameters>]
    [AnswersBytes("application/pdf")]
    [AnswersBytes("text/csv")]
    public Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "owner/payouts/{id:guid}/statement")] HttpRequest request,
        Guid id,
        CancellationToken cancellation) =>
        StatementAnswer.MakeAsync(statements, request, id, QueryReader.Read<PayoutStatementParameters>(request), cancellation);
}
