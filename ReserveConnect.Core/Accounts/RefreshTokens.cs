using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>The opaque tokens of a session: 256 random bits each, stored as a hash.</summary>
internal static class RefreshTokens
{
    private const int Bytes = 32;

    /// <summary>Old ones of a session that are kept, so that whoever comes with one is known to come with a copy.</summary>
    private const int KeptOld = 200;

    /// <summary>Makes the session's current token; the one before is marked as replaced.</summary>
    public static async Task<string> NextAsync(UnitOfWork unit, Guid sessionId, DateTimeOffset now)
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.account_refresh_tokens
            SET replaced_at = @now
            WHERE session_id = @sessionId
              AND replaced_at IS NULL;

            INSERT INTO reserve.account_refresh_tokens (token_hash, session_id, issued_at)
            VALUES (@hash, @sessionId, @now);

            DELETE FROM reserve.account_refresh_tokens
            WHERE token_hash IN (
                SELECT token_hash
                FROM reserve.account_refresh_tokens
                WHERE session_id = @sessionId
                  AND replaced_at IS NOT NULL
                ORDER BY replaced_at DESC
                OFFSET @KeptOld)
            """,
            new { sessionId, KeptOld, hash = SHA256.HashData(bytes), now });
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The hash of a text that a client sent; null: no such token can exist.</summary>
    public static byte[]? HashOf(string text)
    {
        var bytes = new byte[Bytes];
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == Bytes
            ? SHA256.HashData(bytes)
            : null;
    }
}
