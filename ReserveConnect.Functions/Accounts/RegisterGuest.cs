using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Limiting;
using Operation = ReserveConnect.Accounts.RegisterGuest;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The body of <c>POST /api/accounts/register</c>.</summary>
public sealed record RegisterGuestBody(string Email, string Password, string FirstName, string LastName, string? Phone = null, string? Locale = null);

/// <summary><c>register_guest</c>: begins an account; the answer is the same whether the address has one.</summary>
[Access(Callers.Public)]
public sealed class RegisterGuest(Operation operation)
{
    [Function("register_guest")]
    [Limit(LimitClass.Access)]
    [Takes<RegisterGuestBody>]
    [Answers<MailSent>(StatusCodes.Status202Accepted)]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "accounts/register")] HttpRequest request,
        CancellationToken cancellation)
    {
        var body = await RequestBody.ReadAsync<RegisterGuestBody>(request, cancellation);
        if (body.Refusal is not null)
        {
            return Problem.From(body.Refusal, request.HttpContext);
        }

        var outcome = await operation.RunAsync(
            body.Value.Email,
            body.Value.Password,
            new(body.Value.FirstName, body.Value.LastName, body.Value.Phone, body.Value.Locale ?? AccountProfile.Locales[0]),
            cancellation);
        return outcome.Refusal is null ? new JsonAnswer(new MailSent(), StatusCodes.Status202Accepted) : Problem.From(outcome.Refusal, request.HttpContext);
    }
}
