using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Makes the account with which everything else is managed: by whoever has the database, not over HTTP.</summary>
public sealed class FirstAdmin(
    ReserveDatabase database, Passwords passwords, OneTimeTokens tokens, InviteUser invite, TimeProvider clock, IOptions<AccountOptions> options)
{
    private const string Actor = "operator";

    /// <summary>With a link that sets the password.</summary>
    /// <param name="another">Also when there is an admin.</param>
    /// <returns>The link. A secret.</returns>
    public Task<Outcome<Uri>> InviteAsync(string email, bool another, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var account = await InsertAsync(unit, email, another);
                if (account.Refusal is { } refusal)
                {
                    return refusal;
                }

                // Whoever makes the link shows it: an earlier one is in other hands.
                await tokens.RevokeAsync(unit, account.Value);
                var token = await tokens.IssueAsync(unit, account.Value, TokenPurpose.Invitation, options.Value.InvitationLifetime);
                return (Outcome<Uri>)AccountLinks.To(options.Value, TokenPurpose.Invitation, tokens.TextOf(token, TokenPurpose.Invitation));
            },
            cancellation);

    /// <summary>With a password, ready to log in. Refusals: <c>invalid_password</c> and those of an invitation.</summary>
    /// <param name="another">Also when there is an admin.</param>
    public async Task<Outcome<Guid>> CreateAsync(string email, string password, bool another, CancellationToken cancellation)
    {
        if (PasswordRules.Check("password", password, email) is { } weak)
        {
            return PasswordRules.Refused(weak);
        }

        var hash = await passwords.HashAsync(password, cancellation);
        if (hash.Refusal is { } busy)
        {
            return busy;
        }

        return await database.TransactAsync(
            async unit =>
            {
                var account = await InsertAsync(unit, email, another);
                if (account.Refusal is null)
                {
                    var now = clock.GetUtcNow();
                    await tokens.RevokeAsync(unit, account.Value);
                    await Passwords.StoreAsync(unit, account.Value, hash.Value, now);
                    await AccountRows.ActivateAsync(unit, (await AccountRows.LockAsync(unit, account.Value))!, Actor, "made by the operator", now);
                }

                return account;
            },
            cancellation);
    }

    private async Task<Outcome<Guid>> InsertAsync(UnitOfWork unit, string email, bool another)
    {
        var invitation = new Invitation(email, AccountRole.Admin, new("Admin", "Reserve", null, AccountProfile.Locales[0]));
        if (InviteUser.Check(invitation) is { } refusal)
        {
            return refusal;
        }

        // Two operators at once make one first admin.
        await unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext('reserve.first_admin'))");
        var exists = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM reserve.accounts WHERE role = 'admin' AND status = 'active')");
        return exists && !another
            ? Refusal.Conflict("admin_exists", "There is an admin, who can invite others; --another makes one all the same.")
            : await invite.InsertAsync(unit, invitation, Actor);
    }
}
