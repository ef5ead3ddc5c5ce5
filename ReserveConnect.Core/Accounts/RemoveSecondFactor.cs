using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Removes a second factor, for a new authenticator: by its owner with a code, or by an admin.</summary>
public sealed class RemoveSecondFactor(ReserveDatabase database, SecondFactor secondFactor, TimeProvider clock)
{
    /// <summary>By its owner. Refusals: <c>second_factor_invalid</c>, <c>too_many_attempts</c>.</summary>
    /// <param name="code">Of the authenticator, or a recovery code.</param>
    public Task<Outcome<bool>> OwnAsync(AccountCaller caller, string code, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return database.TransactAsync(
            async unit =>
            {
                var account = (await AccountRows.LockAsync(unit, caller.AccountId))!;
                var accepted = account.TotpConfirmedAt is null ? false : await secondFactor.AcceptAsync(unit, account.Id, code);
                if (accepted.Refusal is { } tooMany)
                {
                    return tooMany;
                }

                if (!accepted.Value)
                {
                    return Refusal.Unprocessable("second_factor_invalid", "This code is not, or no longer, right.");
                }

                await RemoveAsync(unit, account.Id, caller.Actor.Name, but: caller.SessionId);
                return (Outcome<bool>)true;
            },
            cancellation);
    }

    /// <summary>
    /// By an admin, for somebody else who has neither authenticator nor recovery codes; with it goes whom an issuer said that
    /// they are, until their next login. Refusals: <c>account_not_found</c>, <c>own_account</c>.
    /// </summary>
    public Task<Outcome<bool>> OfAsync(Guid accountId, Actor admin, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                if (accountId == admin.AccountId)
                {
                    return Refusal.Conflict("own_account", "Your own second factor you remove with a code; without one, another admin does.");
                }

                if (await AccountRows.LockAsync(unit, accountId) is null)
                {
                    return Users.NotFound;
                }

                await unit.Connection.ExecuteAsync("DELETE FROM reserve.account_identities WHERE account_id = @accountId", new { accountId });

                await RemoveAsync(unit, accountId, admin.Name, but: null);
                return (Outcome<bool>)true;
            },
            cancellation);

    private async Task RemoveAsync(UnitOfWork unit, Guid accountId, string actor, Guid? but)
    {
        var now = clock.GetUtcNow();
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.account_secrets
            SET totp_secret = NULL,
                totp_confirmed_at = NULL,
                totp_last_step = NULL,
                code_failures = 0,
                code_locked_until = NULL
            WHERE account_id = @accountId;

            DELETE FROM reserve.account_recovery_codes
            WHERE account_id = @accountId
            """,
            new { accountId });
        await Sessions.RevokeAllAsync(unit, accountId, "second_factor_changed", now, but);
        await AccountRows.AuditAsync(unit, accountId, "second_factor_removed", actor, now);
    }
}
