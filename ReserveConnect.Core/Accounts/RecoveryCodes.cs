using System.Security.Cryptography;
using System.Text;
using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Codes for whoever has lost the authenticator: 80 random bits each, used once, stored as a hash.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;
    private const int Characters = 16;
    private const int Group = 4;

    /// <summary>Without letters that are read as others.</summary>
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    /// <summary>Makes new ones in place of those before.</summary>
    /// <returns>As they are shown, once.</returns>
    public static async Task<IReadOnlyList<string>> RenewAsync(UnitOfWork unit, Guid accountId)
    {
        var codes = Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(Alphabet, Characters)).ToList();
        await unit.Connection.ExecuteAsync(
            """
            DELETE FROM reserve.account_recovery_codes
            WHERE account_id = @accountId;

            INSERT INTO reserve.account_recovery_codes (account_id, code_hash)
            SELECT @accountId, hash
            FROM unnest(@hashes) AS hash
            """,
            new { accountId, hashes = codes.Select(code => Hash(accountId, code)).ToArray() });
        return [.. codes.Select(code => string.Join('-', code.Chunk(Group).Select(part => new string(part))))];
    }

    /// <summary>Uses one up. False: it is none of the account's, or was used.</summary>
    public static async Task<bool> UseAsync(UnitOfWork unit, Guid accountId, string typed, DateTimeOffset now)
    {
        var code = typed.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return code.Length == Characters && await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.account_recovery_codes
            SET used_at = @now
            WHERE account_id = @accountId
              AND code_hash = @hash
              AND used_at IS NULL
            """,
            new { accountId, hash = Hash(accountId, code), now }) == 1;
    }

    private static byte[] Hash(Guid accountId, string code) => SHA256.HashData([.. accountId.ToByteArray(), .. Encoding.ASCII.GetBytes(code)]);
}
