using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Proves that whoever registered has the address: the link of the mail and the password of that registration together.
/// The link alone would give the account to whoever registered the address, not to whoever clicked.
/// </summary>
public sealed class VerifyEmail(ReserveDatabase database, Passwords passwords, OneTimeTokens tokens, Sessions sessions, TimeProvider clock)
{
    /// <summary>Refusals: <c>invalid_token</c>, <c>invalid_credentials</c>, <c>busy</c> (the token stays good).</summary>
    public async Task<Outcome<SessionTokens>> RunAsync(string token, string password, CancellationToken cancellation)
    {
        OpenToken? open;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            open = await tokens.FindAsync(connection, token, TokenPurpose.VerifyEmail);
        }

        if (open is null)
        {
            return OneTimeTokens.Invalid;
        }

        var verdict = await passwords.VerifyAsync(open.PasswordHash, password, cancellation);
        if (verdict.Refusal is { } busy)
        {
            return busy;
        }

        return verdict.Value == PasswordVerdict.Wrong
            ? Refusal.Unauthenticated("invalid_credentials", "This link belongs to a registration with another password.")
            : await database.TransactAsync(unit => ActivateAsync(unit, open), cancellation);
    }

    private async Task<Outcome<SessionTokens>> ActivateAsync(UnitOfWork unit, OpenToken open)
    {
        var account = await AccountRows.LockAsync(unit, open.AccountId);
        if (account is not { Status: AccountStatus.Unverified } || !await tokens.UseAsync(unit, open))
        {
            return OneTimeTokens.Invalid;
        }

        var now = clock.GetUtcNow();
        await tokens.RevokeAsync(unit, account.Id);
        await Passwords.StoreAsync(unit, account.Id, open.PasswordHash!, now);
        await tokens.TakeOverAsync(unit, open);
        await AccountRows.ActivateAsync(unit, account, $"guest:{account.Id}", "address proven", now);
        return await sessions.OpenAsync(unit, account.Id, Sessions.ByPassword);
    }
}
