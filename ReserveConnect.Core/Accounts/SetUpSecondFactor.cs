using Dapper;
using Microsoft.Extensions.Options;
using OtpNet;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>What an authenticator is set up with. A secret.</summary>
/// <param name="Secret">Base32, for typing.</param>
/// <param name="Uri"><c>otpauth://</c>, for a QR code.</param>
public sealed record SecondFactorSetup(string Secret, string Uri)
{
    /// <inheritdoc/>
    public override string ToString() => "second factor";
}

/// <summary>Codes for whoever loses the authenticator, shown once. A secret.</summary>
public sealed record NewRecoveryCodes(IReadOnlyList<string> RecoveryCodes)
{
    /// <inheritdoc/>
    public override string ToString() => "recovery codes";
}

/// <summary>Sets up the second factor of the account that asks: begun, and proven with a first code.</summary>
public sealed class SetUpSecondFactor(
    ReserveDatabase database, SecondFactor secondFactor, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>RFC 4226 section 4: at least 128 bits, 160 recommended.</summary>
    private const int SecretBytes = 20;

    /// <summary>Makes a secret. Refusals: <c>second_factor_set_up</c>: one that is proven is removed first.</summary>
    public Task<Outcome<SecondFactorSetup>> BeginAsync(Guid accountId, CancellationToken cancellation) =>
        database.TransactAsync<Outcome<SecondFactorSetup>>(
            async unit =>
            {
                var account = (await AccountRows.LockAsync(unit, accountId))!;
                if (account.TotpConfirmedAt is not null)
                {
                    return SetUp;
                }

                var secret = KeyGeneration.GenerateRandomKey(SecretBytes);
                await unit.Connection.ExecuteAsync(
                    """
                    INSERT INTO reserve.account_secrets (account_id, totp_secret)
                    VALUES (@accountId, @sealedSecret)
                    ON CONFLICT (account_id) DO UPDATE
                    SET totp_secret = EXCLUDED.totp_secret,
                        totp_last_step = NULL
                    """,
                    new { accountId, sealedSecret = secondFactor.Seal(accountId, secret) });
                return new SecondFactorSetup(
                    Base32Encoding.ToString(secret), new OtpUri(OtpType.Totp, secret, account.Email, options.Value.SecondFactorIssuer).ToString());
            },
            cancellation);

    /// <summary>
    /// Takes the first code: from now on a login needs one, and every other session has ended.
    /// Refusals: <c>second_factor_set_up</c>, <c>second_factor_invalid</c>, <c>too_many_attempts</c>.
    /// </summary>
    /// <returns>The recovery codes, shown this once.</returns>
    public Task<Outcome<NewRecoveryCodes>> ConfirmAsync(AccountCaller caller, string code, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return database.TransactAsync(unit => ConfirmAsync(unit, caller, code), cancellation);
    }

    private static Refusal SetUp => Refusal.Conflict("second_factor_set_up", "There is a second factor; remove it first.");

    private async Task<Outcome<NewRecoveryCodes>> ConfirmAsync(UnitOfWork unit, AccountCaller caller, string code)
    {
        var now = clock.GetUtcNow();
        var account = (await AccountRows.LockAsync(unit, caller.AccountId))!;
        if (account.TotpConfirmedAt is not null)
        {
            return SetUp;
        }

        var accepted = await secondFactor.AcceptCodeAsync(unit, account.Id, code);
        if (accepted.Refusal is { } tooMany)
        {
            return tooMany;
        }

        if (!accepted.Value)
        {
            return Refusal.Unprocessable("second_factor_invalid", "This code is not, or no longer, right.");
        }

        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.account_secrets SET totp_confirmed_at = @now WHERE account_id = @Id", new { account.Id, now });
        await Sessions.RevokeAllAsync(unit, account.Id, "second_factor_changed", now, but: caller.SessionId);
        await AccountRows.AuditAsync(unit, account.Id, "second_factor_set_up", caller.Actor.Name, now);
        return new NewRecoveryCodes(await RecoveryCodes.RenewAsync(unit, account.Id));
    }
}
