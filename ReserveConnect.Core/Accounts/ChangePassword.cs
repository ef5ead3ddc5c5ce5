using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>Changes the password of whoever knows the one before; every other session ends.</summary>
public sealed class ChangePassword(ReserveDatabase database, Passwords passwords, LoginAttempts attempts, OneTimeTokens tokens, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>invalid_credentials</c> (counted for the account), <c>too_many_attempts</c>, <c>invalid_password</c>, <c>busy</c>.
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

        var attempt = await attempts.BeginAsync(account.Id, cancellation);
        if (attempt.Refusal is { } tooMany)
        {
            return tooMany;
        }

        var verdict = await passwords.VerifyAsync(account.PasswordHash, current, cancellation);
        if (verdict.Refusal is null && verdict.Value == PasswordVerdict.Wrong)
        {
            return Wrong;
        }

        var hash = verdict.Refusal is { } waited ? waited : await passwords.HashAsync(next, cancellation);
        if (hash.Refusal is { } busy)
        {
            await attempts.TakeBackAsync(account.Id, attempt.Value, cancellation);
            return busy;
        }

        return await database.TransactAsync(unit => ChangeAsync(unit, caller, account, hash.Value), cancellation);
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
        await attempts.ForgetAsync(unit, account.Id);
        await tokens.RevokeAsync(unit, account.Id);
        await Sessions.RevokeAllAsync(unit, account.Id, "password_changed", now, but: caller.SessionId);
        await AccountRows.AuditAsync(unit, account.Id, "password_changed", caller.Actor.Name, now);
        await Outbox.AppendAsync(unit, AccountMails.PasswordChanged, "account", account.Id, new { }, now);
        return true;
    }
}
