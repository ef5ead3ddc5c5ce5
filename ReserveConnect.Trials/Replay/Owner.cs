using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>Who owns the hotel, and checks its guests in and out.</summary>
internal sealed class Owner
{
    private readonly AccessTokens _tokens;
    private readonly Guid _accountId;
    private readonly Guid _sessionId;

    private Owner(AccessTokens tokens, Guid accountId, Guid sessionId) => (_tokens, _accountId, _sessionId) = (tokens, accountId, sessionId);

    /// <summary>An access token; it lives for minutes, so a new one for each day.</summary>
    public string Token => _tokens.ForAccount(_accountId, _sessionId).Token;

    /// <summary>Writes an account as it is after an invitation was accepted, with a session that outlives the replay.</summary>
    public static async Task<Owner> MakeAsync(TrialWorld world)
    {
        var now = world.Clock.GetUtcNow();
        var (accountId, sessionId) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.accounts (id, email, role, status, email_verified_at, first_name, last_name, locale, created_at, updated_at)
            VALUES (@accountId, @email, 'owner', 'active', @now, 'Rui', 'Lima', 'pt-BR', @now, @now);

            INSERT INTO reserve.account_sessions (id, account_id, method, created_at, used_at, expires_at)
            VALUES (@sessionId, @accountId, 'password', @now, @now, @ends);

            INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at)
            SELECT @accountId, id, @accountId, 'owner', @now
            FROM reserve.properties_map
            """,
            new { accountId, sessionId, email = "owner@example.com", now, ends = now.AddYears(20) });
        return new(world.Services.GetRequiredService<AccessTokens>(), accountId, sessionId);
    }
}
