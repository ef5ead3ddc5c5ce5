using System.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Finance;

/// <summary>The query string of <c>get_trial_balance</c>.</summary>
public sealed record TrialBalanceParameters(DateTimeOffset? At) : IQuery<TrialBalanceParameters>
{
    /// <inheritdoc/>
    public static TrialBalanceParameters Read(QueryReader query) =>
        new(query.Instant("at", about: "As it was then, that instant included; without it as it is now."));
}

/// <summary>The trial balance.</summary>
/// <param name="At">UTC instant; missing: now.</param>
/// <param name="Debits">Of all accounts; as much as <paramref name="Credits"/>.</param>
/// <param name="Chain">The end of the chain over the journal; missing before there is one.</param>
public sealed record TrialBalanceAnswer(DateTimeOffset? At, decimal Debits, decimal Credits, IReadOnlyList<AccountBalance> Accounts, ChainHead? Chain);

/// <summary><c>get_trial_balance</c>: what every account comes to, now or at any instant.</summary>
public sealed class GetTrialBalance(ReserveDatabase database)
{
    [Function("get_trial_balance")]
    [Access(Callers.Agent)]
    [TakesQuery<TrialBalanceParameters>]
    [Answers<TrialBalanceAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/ledger/trial-balance")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<TrialBalanceParameters>(request);
        if (query.Refusal is { } malformed)
        {
            return Problem.From(malformed, request.HttpContext);
        }

        return new JsonAnswer(await database.ReadAsync(
            request.Caller().Actor,
            async connection =>
            {
                var accounts = query.Value.At is { } at ? await TrialBalance.ReadAsync(connection, at) : await TrialBalance.ReadAsync(connection);
                return new TrialBalanceAnswer(
                    query.Value.At?.ToUniversalTime(), accounts.Sum(a => a.Debits), accounts.Sum(a => a.Credits), accounts, await ChainHead.ReadAsync(connection));
            },
            cancellation,
            IsolationLevel.RepeatableRead));
    }
}
