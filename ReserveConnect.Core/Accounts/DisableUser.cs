using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Closes an account, with its sessions and open links at once; and opens it again.</summary>
public sealed class DisableUser(ReserveDatabase database, OneTimeTokens tokens, TimeProvider clock)
{
    /// <summary>A reason stays in the audit log for good: a few words, no story and nobody's data.</summary>
    private const int LongestReason = 200;

    /// <summary>
    /// Closes it; closing it again changes nothing. Refusals: <c>invalid_reason</c>, <c>account_not_found</c>, <c>last_admin</c>.
    /// </summary>
    public async Task<Outcome<UserView>> DisableAsync(Guid accountId, string? reason, Actor admin, CancellationToken cancellation) =>
        reason?.Length > LongestReason
            ? Refusal.Unprocessable("invalid_reason", "The reason is too long.", new FieldError("reason", "too_long", $"At most {LongestReason} characters."))
            : await Users.UnlessLastAdminAsync(() => database.TransactAsync(unit => DisableAsync(unit, accountId, reason, admin), cancellation));

    /// <summary>Opens it as it was; whoever had not come is invited or registers anew. Refusals: <c>account_not_found</c>.</summary>
    public Task<Outcome<UserView>> EnableAsync(Guid accountId, Actor admin, CancellationToken cancellation) =>
        database.TransactAsync(unit => EnableAsync(unit, accountId, admin), cancellation);

    private async Task<Outcome<UserView>> DisableAsync(UnitOfWork unit, Guid accountId, string? reason, Actor admin)
    {
        var now = clock.GetUtcNow();
        var account = await AccountRows.LockAsync(unit, accountId);
        if (account is null or { Status: AccountStatus.Erased })
        {
            return Users.NotFound;
        }

        if (account.Status != AccountStatus.Disabled)
        {
            await AccountRows.MoveAsync(unit, account, AccountStatus.Disabled, admin.Name, reason ?? "disabled", now);
            await tokens.RevokeAsync(unit, accountId);
            await Sessions.RevokeAllAsync(unit, accountId, "disabled", now);
        }

        return (await UserView.FindAsync(unit.Connection, accountId))!;
    }

    private async Task<Outcome<UserView>> EnableAsync(UnitOfWork unit, Guid accountId, Actor admin)
    {
        var account = await AccountRows.LockAsync(unit, accountId);
        if (account is null or { Status: AccountStatus.Erased })
        {
            return Users.NotFound;
        }

        if (account.Status == AccountStatus.Disabled)
        {
            var isProven = await unit.Connection.ExecuteScalarAsync<bool>(
                "SELECT email_verified_at IS NOT NULL FROM reserve.accounts WHERE id = @accountId", new { accountId });
            var to = isProven ? AccountStatus.Active : account.Role == AccountRole.Guest ? AccountStatus.Unverified : AccountStatus.Invited;
            await AccountRows.MoveAsync(unit, account, to, admin.Name, "enabled", clock.GetUtcNow());
        }

        return (await UserView.FindAsync(unit.Connection, accountId))!;
    }
}
