using Dapper;
using Microsoft.Extensions.Logging;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Exchanges a session's refresh token for the next pair. Each works once: whoever comes with an old one has a copy, or the
/// owner has, so the session ends for both (RFC 9700 section 4.14.2). There is no grace: of two tabs that refresh at once
/// with one token the first gets the next pair and the second ends the session; a client refreshes in one place.
/// </summary>
public sealed class RefreshSession(ReserveDatabase database, Sessions sessions, TimeProvider clock, ILogger<RefreshSession> log)
{
    /// <summary>Refusals: <c>invalid_refresh_token</c>, whatever is wrong with it.</summary>
    public async Task<Outcome<SessionTokens>> RunAsync(string refreshToken, CancellationToken cancellation)
    {
        if (RefreshTokens.HashOf(refreshToken) is not { } hash)
        {
            return Invalid;
        }

        var tokens = await database.TransactAsync(unit => RefreshAsync(unit, hash), cancellation);
        return tokens is null ? Invalid : tokens;
    }

    private static Refusal Invalid => Refusal.Unauthenticated("invalid_refresh_token", "This session has ended. Log in again.");

    private async Task<SessionTokens?> RefreshAsync(UnitOfWork unit, byte[] hash)
    {
        var now = clock.GetUtcNow();
        // Whoever has the session has all of its tokens; what is read afterwards nobody changes.
        var session = await unit.Connection.QuerySingleOrDefaultAsync<(Guid Id, Guid AccountId)?>(
            """
            SELECT s.id, s.account_id
            FROM reserve.account_refresh_tokens t
            JOIN reserve.account_sessions s ON s.id = t.session_id
            WHERE t.token_hash = @hash
            FOR UPDATE OF s
            """,
            new { hash });
        if (session is not var (sessionId, accountId))
        {
            return null;
        }

        var (stands, isCurrent) = await unit.Connection.QuerySingleAsync<(bool, bool)>(
            """
            SELECT s.revoked_at IS NULL AND s.expires_at > @now AND a.status = 'active', t.replaced_at IS NULL
            FROM reserve.account_refresh_tokens t
            JOIN reserve.account_sessions s ON s.id = t.session_id
            JOIN reserve.accounts a ON a.id = s.account_id
            WHERE t.token_hash = @hash
            """,
            new { hash, now });
        if (!stands)
        {
            return null;
        }

        if (!isCurrent)
        {
            await Sessions.RevokeAsync(unit, sessionId, "refresh_token_reused", now);
            log.LogWarning("An old refresh token of session {SessionId} was used; the session is ended", sessionId);
            return null;
        }

        await unit.Connection.ExecuteAsync("UPDATE reserve.account_sessions SET used_at = @now WHERE id = @sessionId", new { sessionId, now });
        return await sessions.TokensAsync(unit, sessionId, now);
    }
}
