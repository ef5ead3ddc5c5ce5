using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Opens, reads and ends sessions. A session that ended takes its access tokens with it at once.</summary>
public sealed class Sessions(ReserveDatabase database, AccessTokens accessTokens, TimeProvider clock, IOptions<AccountOptions> options)
{
    internal const string ByPassword = "password";
    internal const string ByOidc = "oidc";

    /// <summary>Sessions that have run out, of anybody, and are removed with their refresh tokens when another is opened.</summary>
    private const int Swept = 20;

    /// <summary>What decides whether staff still have to set up a second factor; an issuer has seen to its own.</summary>
    private const string LacksSecondFactor =
        "a.role IN ('agent', 'supervisor', 'admin') AND s.method <> 'oidc' AND x.totp_confirmed_at IS NULL";

    /// <summary>
    /// Who calls, by what an access token names; null when the session was ended or ran out, or the account is not active.
    /// The role is the account's as it is now.
    /// </summary>
    public async Task<AccountCaller?> FindActiveAsync(Guid accountId, Guid sessionId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var row = await connection.QuerySingleOrDefaultAsync<(string Role, bool Lacks)?>(
            $"""
            SELECT a.role, {LacksSecondFactor} AS lacks
            FROM reserve.account_sessions s
            JOIN reserve.accounts a ON a.id = s.account_id
            LEFT JOIN reserve.account_secrets x ON x.account_id = a.id
            WHERE s.id = @sessionId
              AND s.account_id = @accountId
              AND s.revoked_at IS NULL
              AND s.expires_at > @now
              AND a.status = 'active'
            """,
            new { sessionId, accountId, now = clock.GetUtcNow() });
        return row is var (role, lacks) ? new(accountId, sessionId, AccountRole.Actor(role), lacks) : null;
    }

    /// <summary>Opens a session for an active account that the caller has locked; the oldest ends when there are too many.</summary>
    internal async Task<SessionTokens> OpenAsync(UnitOfWork unit, Guid accountId, string method)
    {
        var now = clock.GetUtcNow();
        var sessionId = Guid.CreateVersion7(now);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.account_sessions (id, account_id, method, created_at, used_at, expires_at)
            VALUES (@sessionId, @accountId, @method, @now, @now, @expires);

            DELETE FROM reserve.account_sessions
            WHERE account_id = @accountId
              AND expires_at <= @now;

            DELETE FROM reserve.account_sessions
            WHERE id IN (
                SELECT id
                FROM reserve.account_sessions
                WHERE expires_at <= @now
                ORDER BY expires_at
                LIMIT @Swept
                FOR UPDATE SKIP LOCKED);

            UPDATE reserve.account_sessions
            SET revoked_at = @now,
                revoked_reason = 'too_many'
            WHERE id IN (
                SELECT id
                FROM reserve.account_sessions
                WHERE account_id = @accountId
                  AND revoked_at IS NULL
                ORDER BY created_at DESC, id DESC
                OFFSET @MaxSessions)
            """,
            new { sessionId, accountId, method, now, expires = now + options.Value.SessionLifetime, options.Value.MaxSessions, Swept });
        await AccountRows.AuditAsync(unit, accountId, "session_opened", await NameAsync(unit, accountId), now, after: new { sessionId, method });
        return await TokensAsync(unit, sessionId, now);
    }

    /// <summary>The next pair of tokens of a session that the caller has locked, or has just made.</summary>
    internal async Task<SessionTokens> TokensAsync(UnitOfWork unit, Guid sessionId, DateTimeOffset now)
    {
        var refresh = await RefreshTokens.NextAsync(unit, sessionId, now);
        var (accountId, role, lacks, ends) = await unit.Connection.QuerySingleAsync<(Guid, string, bool, DateTimeOffset)>(
            $"""
            SELECT a.id, a.role, {LacksSecondFactor}, s.expires_at
            FROM reserve.account_sessions s
            JOIN reserve.accounts a ON a.id = s.account_id
            LEFT JOIN reserve.account_secrets x ON x.account_id = a.id
            WHERE s.id = @sessionId
            """,
            new { sessionId });
        var access = accessTokens.ForAccount(accountId, sessionId);
        return new(access.Token, access.ExpiresAt, refresh, ends, accountId, role, lacks);
    }

    /// <summary>Ends one session; ending it again changes nothing.</summary>
    internal static async Task RevokeAsync(UnitOfWork unit, Guid sessionId, string reason, DateTimeOffset now)
    {
        var account = await unit.Connection.ExecuteScalarAsync<Guid?>(
            """
            UPDATE reserve.account_sessions
            SET revoked_at = @now,
                revoked_reason = @reason
            WHERE id = @sessionId
              AND revoked_at IS NULL
            RETURNING account_id
            """,
            new { sessionId, reason, now });
        if (account is { } accountId)
        {
            await AccountRows.AuditAsync(unit, accountId, "session_ended", await NameAsync(unit, accountId), now, reason, before: new { sessionId });
        }
    }

    // Whoever comes with a password or a refresh token comes without an access token: no request says who it is.
    private static async Task<string> NameAsync(UnitOfWork unit, Guid accountId) =>
        $"{await unit.Connection.ExecuteScalarAsync<string>("SELECT role FROM reserve.accounts WHERE id = @accountId", new { accountId })}:{accountId}";

    /// <summary>Ends every session of an account, but for the one in which it is asked for.</summary>
    public static Task RevokeAllAsync(UnitOfWork unit, Guid accountId, string reason, DateTimeOffset now, Guid? but = null) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.account_sessions
            SET revoked_at = @now,
                revoked_reason = @reason
            WHERE account_id = @accountId
              AND revoked_at IS NULL
              AND id IS DISTINCT FROM @but
            """,
            new { accountId, reason, now, but });
}
