using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>
/// Sends the link to a new password, if the address has an account that may have one. Whoever asks learns nothing: for any
/// address the same rows are written, and only the mail makes a difference.
/// </summary>
public sealed class RequestPasswordReset(ReserveDatabase database, OneTimeTokens tokens, IOptions<AccountOptions> options)
{
    public async Task RunAsync(string email, CancellationToken cancellation)
    {
        var isAddress = AccountEmail.IsValid(email);
        await database.TransactAsync(
            async unit =>
            {
                var account = isAddress ? await AccountRows.FindAsync(unit.Connection, email) : null;
                await tokens.SendAsync(unit, MayReset(account) ? account!.Id : null, TokenPurpose.ResetPassword, options.Value.ResetLifetime);
            },
            cancellation);
    }

    // Staff who come in by an issuer have no password here, and get none by mail.
    internal static bool MayReset(Account? account) => account switch
    {
        { Status: AccountStatus.Unverified } => true,
        { Status: AccountStatus.Active, PasswordHash: not null } => true,
        _ => false,
    };
}
