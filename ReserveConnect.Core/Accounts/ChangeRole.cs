using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Gives an account another role; it counts from the next request on.</summary>
public sealed class ChangeRole(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Refusals: <c>invalid_user</c>, <c>account_not_found</c>, <c>last_admin</c>.</summary>
    public async Task<Outcome<UserView>> RunAsync(Guid accountId, string role, Actor admin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(admin);
        if (!AccountRole.All.Contains(role))
        {
            return Refusal.Unprocessable(
                "invalid_user", "There is no such role.", new FieldError("role", "invalid_value", $"Must be one of: {string.Join(", ", AccountRole.All)}."));
        }

        return await Users.UnlessLastAdminAsync(() => database.TransactAsync(unit => ChangeAsync(unit, accountId, role, admin), cancellation));
    }

    private async Task<Outcome<UserView>> ChangeAsync(UnitOfWork unit, Guid accountId, string role, Actor admin)
    {
        var now = clock.GetUtcNow();
        var account = await AccountRows.LockAsync(unit, accountId);
        if (account is null or { Status: AccountStatus.Erased })
        {
            return Users.NotFound;
        }

        if (account.Role != role)
        {
            await unit.Connection.ExecuteAsync(
                "UPDATE reserve.accounts SET role = @role, updated_at = @now WHERE id = @accountId", new { accountId, role, now });
            await AccountRows.AuditAsync(unit, accountId, "role_changed", admin.Name, now, before: new { account.Role }, after: new { role });
        }

        return (await UserView.FindAsync(unit.Connection, accountId))!;
    }
}
