using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Accounts;

/// <summary><c>manage_users</c>: the accounts, the newest first.</summary>
[Access(Callers.Admin)]
public sealed class ManageUsers(ReserveDatabase database)
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    [Function("manage_users")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/users")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new QueryReader(request);
        var role = query.OneOf("role", [.. AccountRole.All]);
        var status = query.OneOf("status", [.. AccountStatus.All]);
        var email = query.Text("email");
        var after = query.Id("cursor");
        var limit = query.Whole("limit", 1, MostItems) ?? UsualItems;
        if (query.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var page = await database.ReadAsync(
            request.Caller().Actor, connection => UserView.ListAsync(connection, role, status, email, after, limit + 1), cancellation);
        return new JsonAnswer(new
        {
            Items = page.Take(limit),
            NextCursor = page.Count > limit ? page[limit - 1].AccountId : (Guid?)null,
        });
    }
}
