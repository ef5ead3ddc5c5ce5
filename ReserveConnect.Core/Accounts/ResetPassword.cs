using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>
/// Sets the password of whoever has the link of the mail; the link works once, and every session ends. It proves the address
/// as well. A second factor stays, and so do the wrong codes that were counted: the next login asks for it.
/// </summary>
public sealed class ResetPassword(ReserveDatabase database, Passwords passwords, OneTimeTokens tokens, LoginAttempts attempts, TimeProvider clock)
{
    /// <summary>Refusals: <c>invalid_token</c>, <c>invalid_password</c>, <c>busy</c> (the token stays good).</summary>
    /// <param name="network">Of the client, whose failed logins are forgotten.</param>
    public async Task<Outcome<bool>> RunAsync(string token, string password, UInt128 network, CancellationToken cancellation)
    {
        OpenToken? open;
        Account? account;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            open = await tokens.FindAsync(connection, token, TokenPurpose.ResetPassword);
            account = open is null ? null : await AccountRows.FindAsync(connection, open.AccountId);
        }

        if (open is null || account is null)
        {
            return OneTimeTokens.Invalid;
        }

        if (PasswordRules.Check("password", password, account.Email) is { } weak)
        {
            return PasswordRules.Refused(weak);
        }

        var hash = await passwords.HashAsync(password, cancellation);
        if (hash.Refusal is { } busy)
        {
            return busy;
        }

        return await database.TransactAsync(unit => ResetAsync(unit, open, network, hash.Value), cancellation);
    }

    private async Task<Outcome<bool>> ResetAsync(UnitOfWork unit, OpenToken open, UInt128 network, string hash)
    {
        var now = clock.GetUtcNow();
        var account = await AccountRows.LockAsync(unit, open.AccountId);
        if (!RequestPasswordReset.MayReset(account) || !await tokens.UseAsync(unit, open))
        {
            return OneTimeTokens.Invalid;
        }

        await tokens.RevokeAsync(unit, account!.Id);
        await Passwords.StoreAsync(unit, account.Id, hash, now);
        await Sessions.RevokeAllAsync(unit, account.Id, "password_reset", now);
        await attempts.ForgetAsync(unit, account.Email, network);
        await AccountRows.AuditAsync(unit, account.Id, "password_reset", $"{account.Role}:{account.Id}", now);
        if (account.Status == AccountStatus.Unverified)
        {
            await AccountRows.ActivateAsync(unit, account, $"guest:{account.Id}", "address proven", now);
        }

        await Outbox.AppendAsync(unit, AccountMails.PasswordChanged, "account", account.Id, new { }, now);
        return true;
    }
}
