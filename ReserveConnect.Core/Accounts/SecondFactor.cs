using Dapper;
using Microsoft.Extensions.Options;
using OtpNet;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Time-based codes (RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator knows them), one step early or late
/// at most. A code is accepted once. Wrong ones are counted on the account itself, recovery codes among them: nothing but a
/// right code, or an admin who removes the second factor, forgets them.
/// </summary>
public sealed class SecondFactor(AccountKeys keys, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>Longer texts are no code.</summary>
    private const int LongestCode = 40;
    private const int Digits = 6;
    private const string Use = "totp";
    private static readonly VerificationWindow Neighbours = new(previous: 1, future: 1);

    /// <summary>Encrypts the secret of an account for storing.</summary>
    internal string Seal(Guid accountId, byte[] secret) => keys.Seal(Use, secret, accountId);

    /// <summary>
    /// Whether the code is right now and was not used: of the account's authenticator, or a recovery code. The caller has locked
    /// the account. Refusals: <c>too_many_attempts</c>.
    /// </summary>
    internal Task<Outcome<bool>> AcceptAsync(UnitOfWork unit, Guid accountId, string? code) =>
        CountedAsync(unit, accountId, () => IsEitherAsync(unit, accountId, code));

    /// <summary>The same without recovery codes: it proves that the authenticator is at hand.</summary>
    internal Task<Outcome<bool>> AcceptCodeAsync(UnitOfWork unit, Guid accountId, string code) =>
        CountedAsync(unit, accountId, () => IsCodeAsync(unit, accountId, code));

    private async Task<Outcome<bool>> CountedAsync(UnitOfWork unit, Guid accountId, Func<Task<bool>> isRight)
    {
        var now = clock.GetUtcNow();
        var (failures, lockedUntil) = await unit.Connection.QuerySingleOrDefaultAsync<(int, DateTimeOffset?)>(
            "SELECT code_failures, code_locked_until FROM reserve.account_secrets WHERE account_id = @accountId", new { accountId });
        if (lockedUntil > now)
        {
            return Refusal.TooMany("too_many_attempts", "Too many wrong codes. Please wait before the next.", lockedUntil.Value - now);
        }

        var isAccepted = await isRight();
        failures = isAccepted ? 0 : failures + 1;
        var wait = LockOut.After(failures, options.Value);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.account_secrets
            SET code_failures = @failures,
                code_locked_until = @until
            WHERE account_id = @accountId
            """,
            new { accountId, failures, until = wait > TimeSpan.Zero ? now + wait : (DateTimeOffset?)null });
        return isAccepted;
    }

    private async Task<bool> IsEitherAsync(UnitOfWork unit, Guid accountId, string? code)
    {
        if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode)
        {
            return false;
        }

        return await IsCodeAsync(unit, accountId, code)
            || await RecoveryCodes.UseAsync(unit, accountId, code, clock.GetUtcNow());
    }

    private async Task<bool> IsCodeAsync(UnitOfWork unit, Guid accountId, string code)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit))
        {
            return false;
        }

        var sealedSecret = await unit.Connection.ExecuteScalarAsync<string?>(
            "SELECT totp_secret FROM reserve.account_secrets WHERE account_id = @accountId", new { accountId });
        if (sealedSecret is null)
        {
            return false;
        }

        var totp = new Totp(keys.Open(Use, sealedSecret, accountId));
        return totp.VerifyTotp(clock.GetUtcNow().UtcDateTime, digits, out var step, Neighbours)
            && await unit.Connection.ExecuteAsync(
                """
                UPDATE reserve.account_secrets
                SET totp_last_step = @step
                WHERE account_id = @accountId
                  AND (totp_last_step IS NULL OR totp_last_step < @step)
                """,
                new { accountId, step }) == 1;
    }
}
