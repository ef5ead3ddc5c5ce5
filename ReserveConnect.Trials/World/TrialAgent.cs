using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;

namespace ReserveConnect.Trials.World;

/// <summary>Somebody of the staff at work: an account with its second factor and a session, written at once.</summary>
internal sealed class TrialAgent
{
    /// <summary>Longer than the clock of any trial moves.</summary>
    private static readonly TimeSpan _session = TimeSpan.FromDays(20 * 365);

    private readonly TrialWorld _world;
    private readonly string _role;
    private readonly Lazy<Task<(Guid AccountId, Guid SessionId)>> _account;

    /// <param name="world">Where.</param>
    /// <param name="role"><c>agent</c> or <c>supervisor</c>.</param>
    public TrialAgent(TrialWorld world, string role) => (_world, _role, _account) = (world, role, new(HireAsync));

    /// <summary>An access token; they do not live long.</summary>
    public async Task<string> TokenAsync()
    {
        var (accountId, sessionId) = await _account.Value;
        return _world.Services.GetRequiredService<AccessTokens>().ForAccount(accountId, sessionId).Token;
    }

    private async Task<(Guid AccountId, Guid SessionId)> HireAsync()
    {
        var now = _world.Clock.GetUtcNow();
        var (accountId, sessionId) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        await using var connection = await _world.Records.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.accounts (id, email, role, status, email_verified_at, first_name, last_name, locale, created_at, updated_at)
            VALUES (@accountId, @email, @_role, 'active', @now, 'Rui', 'Lima', 'en', @now, @now);

            INSERT INTO reserve.account_secrets (account_id, totp_secret, totp_confirmed_at)
            VALUES (@accountId, 'never asked for here', @now);

            INSERT INTO reserve.account_sessions (id, account_id, method, created_at, used_at, expires_at)
            VALUES (@sessionId, @accountId, 'password', @now, @now, @ends);
            """,
            new { accountId, sessionId, _role, email = $"{_role}-{accountId:N}@example.com", now, ends = now + _session });
        return (accountId, sessionId);
    }
}
