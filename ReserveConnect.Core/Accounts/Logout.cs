using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Ends the session of a refresh token, current or old; what is no token changes nothing.</summary>
public sealed class Logout(ReserveDatabase database, TimeProvider clock)
{
    public async Task RunAsync(string refreshToken, CancellationToken cancellation)
    {
        if (RefreshTokens.HashOf(refreshToken) is not { } hash)
        {
            return;
        }

        await database.TransactAsync(
            async unit =>
            {
                var session = await unit.Connection.ExecuteScalarAsync<Guid?>(
                    "SELECT session_id FROM reserve.account_refresh_tokens WHERE token_hash = @hash", new { hash });
                if (session is { } id)
                {
                    await Sessions.RevokeAsync(unit, id, "logout", clock.GetUtcNow());
                }
            },
            cancellation);
    }
}
