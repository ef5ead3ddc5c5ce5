using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Support;
using Operation = ReserveConnect.Support.AssignException;

namespace ReserveConnect.Functions.Support;

/// <summary>The body of <c>POST /api/admin/exceptions/{id}/assign</c>; without a member it is whoever asks.</summary>
/// <param name="To">An account of the staff; a supervisor's to say.</param>
/// <param name="TakeOver">Although somebody else has it; a supervisor's to say.</param>
/// <param name="GiveBack">Nobody is to have it, whatever else is said.</param>
public sealed record AssignExceptionBody(Guid? To = null, bool TakeOver = false, bool GiveBack = false);

/// <summary><c>assign_exception</c>: one person has it, and nobody else works on it.</summary>
public sealed class AssignException(Operation assign)
{
    [Function("assign_exception")]
    [Access(Callers.Agent, Target = "exception")]
    [Takes<AssignExceptionBody>]
    [Answers<ExceptionView>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "admin/exceptions/{id:guid}/assign")] HttpRequest request,
        Guid id,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<AssignExceptionBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var exception = await assign.RunAsync(id, new(body.Value.To, body.Value.TakeOver, body.Value.GiveBack), request.Caller().Actor, cancellation);
        return exception.Refusal is null ? new JsonAnswer(exception.Value) : Problem.From(exception.Refusal, request.HttpContext);
    }
}
