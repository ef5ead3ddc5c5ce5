using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Finance.Rules;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using Operation = ReserveConnect.Finance.Rules.CalculateCommission;

namespace ReserveConnect.Functions.Finance;

/// <summary>The body of <c>POST /api/admin/commission/quote</c>: a property or one of its units, and a price.</summary>
/// <param name="BasePrice">BRL: the sum of the nights.</param>
public sealed record CalculateCommissionBody(decimal BasePrice)
{
    public Guid? PropertyId { get; init; }

    /// <summary>In place of its property.</summary>
    public Guid? UnitId { get; init; }

    /// <summary>Off the base price; nothing where it is not sent.</summary>
    public decimal? DiscountAmount { get; init; }

    /// <summary>UTC instant of the confirmation; now where it is not sent.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The property's earlier bookings of the month; as they are counted where it is not sent.</summary>
    public int? BookingsThisMonth { get; init; }
}

/// <summary><c>calculate_commission</c>: the commission of a booking and how it comes about, line by line; nothing is written.</summary>
public sealed class CalculateCommission(Operation calculate)
{
    [Function("calculate_commission")]
    [Access(Callers.Agent)]
    [Takes<CalculateCommissionBody>]
    [Answers<CommissionAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/commission/quote")] HttpRequest request, CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<CalculateCommissionBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var sent = body.Value;
        var answer = await calculate.RunAsync(
            request.Caller().Actor,
            new(sent.PropertyId, sent.UnitId, sent.BasePrice, sent.DiscountAmount ?? 0m, sent.At, sent.BookingsThisMonth),
            cancellation);
        return answer.Refusal is null ? new JsonAnswer(answer.Value) : Problem.From(answer.Refusal, request.HttpContext);
    }
}
