using Dapper;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>Somebody who is to have an account.</summary>
public sealed record Invitation(string Email, string Role, AccountProfile Profile);

/// <summary>Makes an account for somebody and sends the link that sets its password; sends another to whoever has not come.</summary>
public sealed class InviteUser(ReserveDatabase database, OneTimeTokens tokens, TimeProvider clock, IOptions<AccountOptions> options)
{
    /// <summary>Refusals: <c>invalid_user</c> with one error per bad field, <c>account_exists</c>.</summary>
    public async Task<Outcome<UserView>> RunAsync(Invitation invitation, Actor admin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        ArgumentNullException.ThrowIfNull(admin);
        return Check(invitation) is { } refusal
            ? refusal
            : await database.TransactAsync(
                async unit =>
                {
                    var account = await InsertAsync(unit, invitation, admin.Name);
                    if (account.Refusal is { } exists)
                    {
                        return exists;
                    }

                    await tokens.SendAsync(unit, account.Value, TokenPurpose.Invitation, options.Value.InvitationLifetime);
                    return (Outcome<UserView>)(await UserView.FindAsync(unit.Connection, account.Value))!;
                },
                cancellation);
    }

    /// <summary>
    /// The account of that address and role: one that is there and open, or one that is made now, with its
    /// invitation on the way. Refusal: <c>account_exists</c>, closed or in another role.
    /// </summary>
    internal async Task<Outcome<Guid>> FindOrInviteAsync(UnitOfWork unit, Invitation invitation, string actor)
    {
        if (await AccountRows.FindAsync(unit.Connection, invitation.Email) is { Status: not (AccountStatus.Invited or AccountStatus.Unverified) } there)
        {
            return there.IsActive && there.Role == invitation.Role
                ? there.Id
                : Refusal.Conflict("account_exists", "There is an account with this address that is closed or no owner's; an admin can change that.");
        }

        var account = await InsertAsync(unit, invitation, actor);
        if (account.Refusal is null)
        {
            await tokens.SendAsync(unit, account.Value, TokenPurpose.Invitation, options.Value.InvitationLifetime);
        }

        return account;
    }

    internal static Refusal? Check(Invitation invitation)
    {
        var errors = invitation.Profile.Check().ToList();
        if (!AccountEmail.IsValid(invitation.Email))
        {
            errors.Insert(0, new("email", "invalid_email", "An e-mail address is needed."));
        }

        if (!AccountRole.All.Contains(invitation.Role))
        {
            errors.Add(new("role", "invalid_value", $"Must be one of: {string.Join(", ", AccountRole.All)}."));
        }

        return errors.Count == 0 ? null : Refusal.Unprocessable("invalid_user", "The invitation has bad fields.", [.. errors]);
    }

    /// <summary>The account of an invitation, made now, invited before, or registered by somebody who has not proven the address.</summary>
    internal async Task<Outcome<Guid>> InsertAsync(UnitOfWork unit, Invitation invitation, string actor)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var profile = invitation.Profile;
        var isNew = await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.accounts (id, email, role, status, first_name, last_name, phone, locale, created_at, updated_at)
            VALUES (@id, @Email, @Role, 'invited', @FirstName, @LastName, @Phone, @Locale, @now, @now)
            ON CONFLICT (email_key) DO NOTHING
            """,
            new { id, invitation.Email, invitation.Role, FirstName = profile.FirstName!.Trim(), LastName = profile.LastName!.Trim(), profile.Phone, profile.Locale, now }) == 1;
        if (isNew)
        {
            await AccountRows.AuditAsync(unit, id, "invited", actor, now, after: new { invitation.Role });
            return id;
        }

        var there = (await AccountRows.FindAsync(unit.Connection, invitation.Email))!;
        if (there.Status == AccountStatus.Unverified)
        {
            return await TakeOverAsync(unit, there.Id, invitation, actor, now);
        }

        return there.Status == AccountStatus.Invited && there.Role == invitation.Role
            ? there.Id
            : Refusal.Conflict("account_exists", "There is an account with this address; change its role instead.");
    }

    // Otherwise anybody could keep an address from being invited by registering it. What the registration said ends with it.
    private async Task<Outcome<Guid>> TakeOverAsync(UnitOfWork unit, Guid id, Invitation invitation, string actor, DateTimeOffset now)
    {
        var account = (await AccountRows.LockAsync(unit, id))!;
        if (account.Status != AccountStatus.Unverified)
        {
            return Refusal.Conflict("account_exists", "There is an account with this address; change its role instead.");
        }

        await tokens.RevokeAsync(unit, id);
        await AccountRows.MoveAsync(unit, account, AccountStatus.Invited, actor, "invited", now);
        var profile = invitation.Profile;
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.accounts
            SET role = @Role,
                first_name = @FirstName,
                last_name = @LastName,
                phone = @Phone,
                locale = @Locale,
                updated_at = @now
            WHERE id = @id
            """,
            new { id, invitation.Role, FirstName = profile.FirstName!.Trim(), LastName = profile.LastName!.Trim(), profile.Phone, profile.Locale, now });
        await AccountRows.AuditAsync(unit, id, "invited", actor, now, after: new { invitation.Role });
        return id;
    }
}
