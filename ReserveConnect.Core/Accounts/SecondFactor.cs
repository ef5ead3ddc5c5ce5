using Dapper;
using OtpNet;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Time-based codes (RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator knows them), one step early or late
/// at most. A code is accepted once.
/// </summary>
public sealed class SecondFactor(AccountKeys keys, TimeProvider clock)
{
    /// <summary>Longer texts are no code.</summary>
    private const int LongestCode = 40;
    private const int Digits = 6;
    private const string Use = "totp";
    private static readonly VerificationWindow Neighbours = new(previous: 1, future: 1);

    /// <summary>Encrypts the secret of an account for storing.</summary>
    internal string Seal(Guid accountId, byte[] secret) => keys.Seal(Use, secret, accountId);

    /// <summary>Whether the code is right now and was not used: of the account's authenticator, or a recovery code.</summary>
    internal async Task<bool> AcceptAsync(UnitOfWork unit, Guid accountId, string? code)
    {
        if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode)
        {
            return false;
        }

        return await AcceptCodeAsync(unit, accountId, code)
            || await RecoveryCodes.UseAsync(unit, accountId, code, clock.GetUtcNow());
    }

    /// <summary>The same without recovery codes: it proves that the authenticator is at hand.</summary>
    internal async Task<bool> AcceptCodeAsync(UnitOfWork unit, Guid accountId, string code)
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
