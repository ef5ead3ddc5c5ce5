using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Idempotency;

namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/ledger</c>: entries that balance, or a transaction that is undone.</summary>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record CreateLedgerEntryBody(string Reason)
{
    /// <summary>Lines; none where <c>reverses</c> is sent.</summary>
    public IReadOnlyList<AdjustmentLine>? Entries { get; init; }

    /// <summary>The transaction to undo.</summary>
    public Guid? Reverses { get; init; }

    /// <summary>Whose matter it is.</summary>
    public Guid? PropertyId { get; init; }

    /// <summary>Which stay it is about.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>BRL, or nothing.</summary>
    public string? Currency { get; init; }
}

/// <summary><c>create_ledger_entry</c>: what no rule posts, by a supervisor and with a reason; a mistake is undone, not changed.</summary>
public sealed class CreateLedgerEntry(AdjustLedger adjust)
{
    [Function("create_ledger_entry")]
    [Access(Callers.Supervisor)]
    [Takes<CreateLedgerEntryBody>]
    [Answers<LedgerTransactionView>(StatusCodes.Status201Created)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/ledger")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CreateLedgerEntryBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var posted = await adjust.RunAsync(
            new(sent.Entries ?? [], sent.Reverses, sent.PropertyId, sent.ReservationId, sent.Currency, sent.Reason, request.Caller().Actor, request.OperationId()),
            cancellation);
        return posted.Refusal is null
            ? new JsonAnswer(posted.Value, StatusCodes.Status201Created) { Location = $"/api/admin/ledger?business_key={posted.Value.BusinessKey}" }
            : Problem.From(posted.Refusal, request.HttpContext);
    }
}
