using System.Security.Cryptography;
using System.Text;
using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts.Oidc;

/// <summary>
/// Lets staff in who come from an issuer that is configured: exchanges its ID token, once, for a session of the account with
/// the token's address. It makes no account; whoever was invited is active by coming. From the first time on the account is
/// that of the issuer's subject: an address that the issuer gives to somebody else lets nobody in.
/// </summary>
public sealed class LoginWithOidc
{
    private readonly ReserveDatabase _database;
    private readonly IdTokens _tokens;
    private readonly Sessions _sessions;
    private readonly TimeProvider _clock;

    internal LoginWithOidc(ReserveDatabase database, IdTokens tokens, Sessions sessions, TimeProvider clock) =>
        (_database, _tokens, _sessions, _clock) = (database, tokens, sessions, clock);

    /// <summary>Refusals: <c>invalid_id_token</c>, <c>issuer_unavailable</c>, <c>no_staff_account</c> (403).</summary>
    public async Task<Outcome<SessionTokens>> RunAsync(string idToken, CancellationToken cancellation)
    {
        var staff = await _tokens.ReadAsync(idToken, cancellation);
        return staff.Refusal is { } refusal
            ? refusal
            : await _database.TransactAsync(unit => OpenAsync(unit, idToken, staff.Value), cancellation);
    }

    private async Task<Outcome<SessionTokens>> OpenAsync(UnitOfWork unit, string idToken, IdentifiedStaff staff)
    {
        if (!await KeepAsync(unit, idToken, staff.ExpiresAt))
        {
            return IdTokens.Invalid;
        }

        var found = await AccountRows.FindAsync(unit.Connection, staff.Email);
        var account = found is null ? null : await AccountRows.LockAsync(unit, found.Id);
        if (account is not { Status: AccountStatus.Active or AccountStatus.Invited } || !new Actor(AccountRole.Actor(account.Role)).IsStaff
            || !await IsAsync(unit, account.Id, staff))
        {
            return new Refusal(RefusalKind.Forbidden, "no_staff_account", "There is no staff account with this address for you; an admin can invite you, or reset whom it belongs to.");
        }

        if (account.Status == AccountStatus.Invited)
        {
            await AccountRows.ActivateAsync(unit, account, $"{account.Role}:{account.Id}", "came by an issuer", _clock.GetUtcNow());
        }

        return await _sessions.OpenAsync(unit, account.Id, Sessions.ByOidc);
    }

    /// <summary>Whether the account is the subject's; one that is nobody's yet is from now on.</summary>
    private async Task<bool> IsAsync(UnitOfWork unit, Guid accountId, IdentifiedStaff staff)
    {
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.account_identities (account_id, issuer, subject, created_at)
            VALUES (@accountId, @Issuer, @Subject, @now)
            ON CONFLICT DO NOTHING
            """,
            new { accountId, staff.Issuer, staff.Subject, now = _clock.GetUtcNow() });
        return await unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT 1
                FROM reserve.account_identities
                WHERE account_id = @accountId
                  AND issuer = @Issuer
                  AND subject = @Subject)
            """,
            new { accountId, staff.Issuer, staff.Subject });
    }

    // By what is signed: a signature can be written in more than one way.
    private async Task<bool> KeepAsync(UnitOfWork unit, string idToken, DateTimeOffset expiresAt)
    {
        var now = _clock.GetUtcNow();
        return await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.one_time_tokens (id, purpose, token_hash, created_at, expires_at, used_at)
            VALUES (@id, @OidcLogin, @hash, @now, @expiresAt, @now)
            ON CONFLICT (token_hash) DO NOTHING
            """,
            new
            {
                id = Guid.CreateVersion7(now),
                TokenPurpose.OidcLogin,
                hash = SHA256.HashData(Encoding.ASCII.GetBytes(idToken[..idToken.LastIndexOf('.')])),
                now,
                expiresAt,
            }) == 1;
    }
}
