using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Opens a session for an address and its password, and the code of the second factor where there is one. No account, an
/// account that is not active and a wrong password have the same answer and cost the same.
/// </summary>
public sealed class Login(
    ReserveDatabase database, Passwords passwords, LoginAttempts attempts, SecondFactor secondFactor, Sessions sessions, TimeProvider clock)
{
    /// <summary>
    /// Refusals: <c>invalid_credentials</c>, <c>too_many_attempts</c>, <c>busy</c>; to whoever has the password, <c>second_factor_required</c>
    /// and <c>second_factor_invalid</c>.
    /// </summary>
    /// <param name="network">Of the client.</param>
    /// <param name="code">Of the authenticator, or a recovery code; null when none was typed.</param>
    public async Task<Outcome<SessionTokens>> RunAsync(string email, string password, string? code, UInt128 network, CancellationToken cancellation)
    {
        if (!AccountEmail.IsValid(email))
        {
            return Invalid;
        }

        var attempt = await attempts.BeginAsync(email, network, cancellation);
        if (attempt.Refusal is { } tooMany)
        {
            return tooMany;
        }

        Account? account;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            account = await AccountRows.FindAsync(connection, email);
        }

        var compared = await passwords.VerifyAsync(account is { IsActive: true } ? account.PasswordHash : null, password, cancellation);
        if (compared.Refusal is { } busy)
        {
            await attempts.TakeBackAsync(email, network, attempt.Value, cancellation);
            return busy;
        }

        var verdict = compared.Value;
        if (account is null || verdict == PasswordVerdict.Wrong)
        {
            return Invalid;
        }

        if (account.TotpConfirmedAt is not null && string.IsNullOrWhiteSpace(code))
        {
            await attempts.TakeBackAsync(email, network, attempt.Value, cancellation);
            return Refusal.Unauthenticated("second_factor_required", "The code of the authenticator is needed.");
        }

        // It can be hashed anew another time: nobody is turned away for that.
        var renewed = verdict == PasswordVerdict.RightAndOutdated ? await passwords.HashAsync(password, cancellation) : Passwords.Busy;
        var newHash = renewed.Refusal is null ? renewed.Value : null;
        return await database.TransactAsync(unit => OpenAsync(unit, account, code, network, newHash), cancellation);
    }

    internal static Refusal Invalid => Refusal.Unauthenticated("invalid_credentials", "The e-mail address or the password is wrong.");

    private async Task<Outcome<SessionTokens>> OpenAsync(UnitOfWork unit, Account compared, string? code, UInt128 network, string? newHash)
    {
        // Whatever was compared before must still hold: a password that was changed meanwhile opens nothing.
        var account = await AccountRows.LockAsync(unit, compared.Id);
        if (account is not { IsActive: true } || account.PasswordHash != compared.PasswordHash)
        {
            return Invalid;
        }

        var accepted = account.TotpConfirmedAt is null ? true : await secondFactor.AcceptAsync(unit, account.Id, code);
        if (accepted.Refusal is { } tooMany)
        {
            return tooMany;
        }

        if (!accepted.Value)
        {
            return Refusal.Unauthenticated("second_factor_invalid", "This code is not, or no longer, right.");
        }

        if (newHash is not null)
        {
            await Passwords.StoreAsync(unit, account.Id, newHash, clock.GetUtcNow());
        }

        await attempts.ForgetAsync(unit, account.Email, network);
        return await sessions.OpenAsync(unit, account.Id, Sessions.ByPassword);
    }
}
