using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Whoever was invited sets a password by the link of the mail, which proves the address and works once.</summary>
public sealed class AcceptInvitation(ReserveDatabase database, Passwords passwords, OneTimeTokens tokens, Sessions sessions, TimeProvider clock)
{
    /// <summary>Refusals: <c>invalid_token</c>, <c>invalid_password</c>, <c>busy</c> (the token stays good).</summary>
    public async Task<Outcome<SessionTokens>> RunAsync(string token, string password, CancellationToken cancellation)
    {
        OpenToken? open;
        Account? account;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            open = await tokens.FindAsync(connection, token, TokenPurpose.Invitation);
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

        return await database.TransactAsync(unit => AcceptAsync(unit, open, hash.Value), cancellation);
    }

    private async Task<Outcome<SessionTokens>> AcceptAsync(UnitOfWork unit, OpenToken open, string hash)
    {
        var account = await AccountRows.LockAsync(unit, open.AccountId);
        if (account is not { Status: AccountStatus.Invited } || !await tokens.UseAsync(unit, open))
        {
            return OneTimeTokens.Invalid;
        }

        var now = clock.GetUtcNow();
        await tokens.RevokeAsync(unit, account.Id);
        await Passwords.StoreAsync(unit, account.Id, hash, now);
        await AccountRows.ActivateAsync(unit, account, $"{account.Role}:{account.Id}", "invitation accepted", now);
        return await sessions.OpenAsync(unit, account.Id, Sessions.ByPassword);
    }
}
