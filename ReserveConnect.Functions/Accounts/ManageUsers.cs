using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Documentation;
using ReserveConnect.Functions.Http;

namespace ReserveConnect.Functions.Accounts;

/// <summary>The query string of <c>manage_users</c>.</summary>
public sealed record UsersParameters(string? Role, string? Status, string? Email, Guid? After, int Limit) : IQuery<UsersParameters>
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    /// <inheritdoc/>
    public static UsersParameters Read(QueryReader query) =>
        new(
            query.OneOf("role", [.. AccountRole.All]),
            query.OneOf("status", [.. AccountStatus.All]),
            query.Text("email", about: "The whole address."),
            query.Id("cursor"),
            query.Whole("limit", 1, MostItems) ?? UsualItems);
}

/// <summary>A page of accounts.</summary>
/// <param name="NextCursor">For <c>cursor</c> of the next page; missing on the last.</param>
public sealed record UsersAnswer(IReadOnlyList<UserView> Items, Guid? NextCursor);

/// <summary><c>manage_users</c>: the accounts, the newest first.</summary>
[Access(Callers.Admin)]
public sealed class ManageUsers(ReserveDatabase database)
{
    [Function("manage_users")]
    [TakesQuery<UsersParameters>]
    [Answers<UsersAnswer>]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/users")] HttpRequest request, CancellationToken cancellation)
    {
        var query = QueryReader.Read<UsersParameters>(request);
        if (query.Refusal is { } refusal)
        {
            return Problem.From(refusal, request.HttpContext);
        }

        var (role, status, email, after, limit) = query.Value;
        var page = await database.ReadAsync(
            request.Caller().Actor, connection => UserView.ListAsync(connection, role, status, email, after, limit + 1), cancellation);
        return new JsonAnswer(new UsersAnswer([.. page.Take(limit)], page.Count > limit ? page[limit - 1].AccountId : null));
    }
}
