using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Accounts;

/// <summary>What a token that works once is for; values of <c>one_time_tokens.purpose</c>.</summary>
internal static class TokenPurpose
{
    public const string VerifyEmail = "verify_email";

    /// <summary>Nothing: the mail tells the owner that somebody tried to register with the address.</summary>
    public const string AlreadyRegistered = "already_registered";
    public const string ResetPassword = "reset_password";
    public const string Invitation = "invitation";

    /// <summary>An issuer's token that was exchanged: it is not exchanged again.</summary>
    public const string OidcLogin = "oidc_login";
}

/// <summary>What somebody typed who may be a stranger to the address: it is the account's when the address is proven.</summary>
internal sealed record Registration(string PasswordHash, AccountProfile Profile);

/// <summary>A token that can still be used.</summary>
/// <param name="PasswordHash">Of the registration that it belongs to.</param>
internal sealed record OpenToken(Guid Id, Guid AccountId, string? PasswordHash);

/// <summary>
/// Tokens that are sent by mail and work once. A token is derived from its row's id with a key that is not in the database;
/// so the mail can be written, and written again, from an event that has the id alone.
/// </summary>
public sealed class OneTimeTokens(AccountKeys keys, TimeProvider clock, IOptions<AccountOptions> options)
{
    private const int IdBytes = 16;

    /// <summary>Rows that have long expired and are removed when another is made.</summary>
    private const int Swept = 20;
    private static readonly TimeSpan KeptExpired = TimeSpan.FromDays(1);

    /// <summary>The answer to one that is unknown, was used, revoked or ran out: which of them is not told.</summary>
    internal static Refusal Invalid => Refusal.Unauthenticated("invalid_token", "This link does not work, or no longer.");

    /// <summary>
    /// Makes one. It leads nowhere when the account is null, and no mail goes out: the row is written all the same. When too
    /// many are open the oldest ends, so that a stranger who asks without end keeps no owner from the newest; of the mails that
    /// lead nowhere the further ones are not sent instead.
    /// </summary>
    /// <returns>The row's id.</returns>
    internal async Task<Guid> IssueAsync(UnitOfWork unit, Guid? accountId, string purpose, TimeSpan lifetime, Registration? registration = null)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.one_time_tokens
            SET revoked_at = @now
            WHERE @leadsSomewhere
              AND id IN (
                SELECT id
                FROM reserve.one_time_tokens
                WHERE account_id = @accountId
                  AND purpose = @purpose
                  AND used_at IS NULL
                  AND revoked_at IS NULL
                  AND expires_at > @now
                ORDER BY created_at DESC, id DESC
                OFFSET @MaxOpenLinks - 1);

            INSERT INTO reserve.one_time_tokens (
                id, account_id, purpose, token_hash, password_hash, first_name, last_name, phone, locale, created_at, expires_at)
            SELECT @id, CASE WHEN count(t.id) < @MaxOpenLinks THEN @accountId END, @purpose, @hash, @PasswordHash,
                @firstName, @lastName, @Phone, @Locale, @now, @expires
            FROM reserve.one_time_tokens t
            WHERE t.account_id = @accountId
              AND t.purpose = @purpose
              AND t.used_at IS NULL
              AND t.revoked_at IS NULL
              AND t.expires_at > @now;

            DELETE FROM reserve.one_time_tokens
            WHERE id IN (
                SELECT id
                FROM reserve.one_time_tokens
                WHERE expires_at < @longAgo
                ORDER BY expires_at
                LIMIT @Swept
                FOR UPDATE SKIP LOCKED)
            """,
            new
            {
                id,
                accountId,
                purpose,
                options.Value.MaxOpenLinks,
                hash = SHA256.HashData(Bytes(id, keys.Mac(Use(purpose), id.ToByteArray()))),
                leadsSomewhere = purpose != TokenPurpose.AlreadyRegistered,
                registration?.PasswordHash,
                firstName = registration?.Profile.FirstName!.Trim(),
                lastName = registration?.Profile.LastName!.Trim(),
                registration?.Profile.Phone,
                registration?.Profile.Locale,
                now,
                expires = now + lifetime,
                longAgo = now - KeptExpired,
                Swept,
            });
        return id;
    }

    /// <summary>Makes one and announces the mail that takes it to its owner (<see cref="AccountMails"/>).</summary>
    internal async Task SendAsync(UnitOfWork unit, Guid? accountId, string purpose, TimeSpan lifetime, Registration? registration = null)
    {
        var id = await IssueAsync(unit, accountId, purpose, lifetime, registration);
        await Outbox.AppendAsync(unit, AccountMails.LinkWanted, "one_time_token", id, new { }, clock.GetUtcNow());
    }

    /// <summary>The token of a row, whichever key it was made with; null: that key is gone.</summary>
    internal string? TextOf(Guid id, string purpose, byte[] tokenHash) =>
        keys.Macs(Use(purpose), id.ToByteArray())
            .Select(mac => Bytes(id, mac))
            .Where(bytes => SHA256.HashData(bytes).AsSpan().SequenceEqual(tokenHash))
            .Select(bytes => Base64Url.EncodeToString(bytes))
            .FirstOrDefault();

    /// <summary>The token of a row that was made just now.</summary>
    internal string TextOf(Guid id, string purpose) => Base64Url.EncodeToString(Bytes(id, keys.Mac(Use(purpose), id.ToByteArray())));

    /// <summary>The token that a text is, if it can still be used; it is not used by that.</summary>
    internal Task<OpenToken?> FindAsync(NpgsqlConnection connection, string text, string purpose) =>
        connection.QuerySingleOrDefaultAsync<OpenToken>(
            """
            SELECT id, account_id, password_hash
            FROM reserve.one_time_tokens
            WHERE token_hash = @hash
              AND purpose = @purpose
              AND account_id IS NOT NULL
              AND used_at IS NULL
              AND revoked_at IS NULL
              AND expires_at > @now
            """,
            new { hash = HashOf(text), purpose, now = clock.GetUtcNow() });

    /// <summary>Uses it up. False: it was used, revoked or ran out meanwhile.</summary>
    internal async Task<bool> UseAsync(UnitOfWork unit, OpenToken token) =>
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.one_time_tokens
            SET used_at = @now
            WHERE id = @Id
              AND used_at IS NULL
              AND revoked_at IS NULL
              AND expires_at > @now
            """,
            new { token.Id, now = clock.GetUtcNow() }) == 1;

    /// <summary>What was said at the registration of a token is the account's.</summary>
    internal Task TakeOverAsync(UnitOfWork unit, OpenToken token) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.accounts a
            SET first_name = t.first_name,
                last_name = t.last_name,
                phone = t.phone,
                locale = t.locale,
                updated_at = @now
            FROM reserve.one_time_tokens t
            WHERE t.id = @Id
              AND a.id = t.account_id
              AND t.first_name IS NOT NULL
            """,
            new { token.Id, now = clock.GetUtcNow() });

    /// <summary>Ends every open token of an account.</summary>
    internal Task RevokeAsync(UnitOfWork unit, Guid accountId) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.one_time_tokens
            SET revoked_at = @now
            WHERE account_id = @accountId
              AND used_at IS NULL
              AND revoked_at IS NULL
            """,
            new { accountId, now = clock.GetUtcNow() });

    private static string Use(string purpose) => $"one-time-token:{purpose}";

    private static byte[] Bytes(Guid id, byte[] mac) => [.. id.ToByteArray(), .. mac];

    private static byte[] HashOf(string text)
    {
        var bytes = new byte[IdBytes + HMACSHA256.HashSizeInBytes];
        // What is no token has the hash of nothing, which no row has.
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == bytes.Length
            ? SHA256.HashData(bytes)
            : [];
    }
}
