using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>Changes the password of whoever knows the one before; every other session ends.</summary>
public sealed class ChangePassword(ReserveDatabase database, Passwords passwords, LoginAttempts attempts, OneTimeTokens tokens, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>invalid_credentials</c> (counted like a failed login), <c>too_many_attempts</c>, <c>invalid_password</c>.
    /// </summary>
    public async Task<Outcome<bool>> RunAsync(AccountCaller caller, string current, string next, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        Account account;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            account = (await AccountRows.FindAsync(connection, caller.AccountId))!;
        }

        if (PasswordRules.Check("new_password", next, account.Email) is { } weak)
        {
            return PasswordRules.Refused(weak);
        }

        if ((await attempts.BeginAsync(account.Email, cancellation)).Refusal is { } tooMany)
        {
            return tooMany;
        }

        if (passwords.Verify(account.PasswordHash, current) == PasswordVerdict.Wrong)
        {
            return Wrong;
        }

        var hash = passwords.Hash(next);
        return await database.TransactAsync(unit => ChangeAsync(unit, caller, account, hash), cancellation);
    }

    private static Refusal Wrong => Refusal.Unprocessable(
        "invalid_credentials", "The current password is wrong.", new FieldError("current_password", "invalid_credentials", "Wrong."));

    private async Task<Outcome<bool>> ChangeAsync(UnitOfWork unit, AccountCaller caller, Account compared, string hash)
    {
        var now = clock.GetUtcNow();
        var account = await AccountRows.LockAsync(unit, compared.Id);
        if (account is not { IsActive: true } || account.PasswordHash != compared.PasswordHash)
        {
            return Wrong;
        }

        await Passwords.StoreAsync(unit, account.Id, hash, now);
        await attempts.ForgetAsync(unit, account.Email);
        await tokens.RevokeAsync(unit, account.Id);
        await Sessions.RevokeAllAsync(unit, account.Id, "password_changed", now, but: caller.SessionId);
        await AccountRows.AuditAsync(unit, account.Id, "password_changed", caller.Actor.Name, now);
        await Outbox.AppendAsync(unit, AccountMails.PasswordChanged, "account", account.Id, new { }, now);
        return true;
    }
}
