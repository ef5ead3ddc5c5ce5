using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Accounts;

/// <summary>What an owner changes of the profile; null stays as it is, an empty phone number is removed.</summary>
public sealed record ProfileChange(string? FirstName, string? LastName, string? Phone, string? Locale);

/// <summary>Changes the profile of the account that asks.</summary>
public sealed class UpdateGuestProfile(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Refusals: <c>invalid_profile</c> with one error per bad field.</summary>
    public Task<Outcome<GuestProfile>> RunAsync(Actor owner, ProfileChange change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(change);
        return database.TransactAsync(unit => ChangeAsync(unit, owner, change), cancellation);
    }

    private async Task<Outcome<GuestProfile>> ChangeAsync(UnitOfWork unit, Actor owner, ProfileChange change)
    {
        var id = owner.AccountId!.Value;
        await AccountRows.LockAsync(unit, id);
        var now = (await GuestProfile.FindAsync(unit.Connection, id))!;
        var next = new AccountProfile(
            change.FirstName ?? now.FirstName, change.LastName ?? now.LastName, change.Phone is "" ? null : change.Phone ?? now.Phone, change.Locale ?? now.Locale);
        if (next.Check().ToArray() is { Length: > 0 } errors)
        {
            return Refusal.Unprocessable("invalid_profile", "The profile has bad fields.", errors);
        }

        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.accounts
            SET first_name = @FirstName,
                last_name = @LastName,
                phone = @Phone,
                locale = @Locale,
                updated_at = @at
            WHERE id = @id
            """,
            new { id, FirstName = next.FirstName!.Trim(), LastName = next.LastName!.Trim(), next.Phone, next.Locale, at = clock.GetUtcNow() });
        await AccountRows.AuditAsync(unit, id, "profile_changed", owner.Name, clock.GetUtcNow());
        return (await GuestProfile.FindAsync(unit.Connection, id))!;
    }
}
