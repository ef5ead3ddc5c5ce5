using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Owners;

/// <summary>
/// Links a property to an owner. Whoever has no account gets an invitation to one; whoever has an owner's account sees the
/// property from the next request on.
/// </summary>
public sealed class InviteOwner(ReserveDatabase database, InviteUser invitations, TimeProvider clock)
{
    /// <summary>How a property may be somebody's; both see the same.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["owner", "manager"];

    /// <summary>
    /// Refusals: <c>property_not_found</c>, <c>invalid_user</c> with one error per bad field, <c>account_exists</c> when the
    /// address belongs to an account that is no owner's.
    /// </summary>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    public async Task<Outcome<IReadOnlyList<PropertyOwner>>> RunAsync(
        Guid propertyId, string email, AccountProfile profile, string role, Actor by, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(by);
        var invitation = new Invitation(email, "owner", profile);
        if (InviteUser.Check(invitation) is { } malformed)
        {
            return malformed;
        }

        return Roles.Contains(role)
            ? await database.TransactAsync(unit => LinkAsync(unit, propertyId, invitation, role, by), cancellation)
            : Refusal.Unprocessable(
                "invalid_user", "The invitation has bad fields.", new FieldError("part", "invalid_value", $"Must be one of: {string.Join(", ", Roles)}."));
    }

    private async Task<Outcome<IReadOnlyList<PropertyOwner>>> LinkAsync(UnitOfWork unit, Guid propertyId, Invitation invitation, string role, Actor by)
    {
        // Two who link one property wait for each other here.
        if (await unit.Connection.ExecuteScalarAsync<Guid?>("SELECT id FROM reserve.properties_map WHERE id = @propertyId FOR NO KEY UPDATE", new { propertyId }) is null)
        {
            return Refusal.NotFound("property_not_found", "There is no property with this id.");
        }

        var account = await invitations.FindOrInviteAsync(unit, invitation, by.Name);
        if (account.Refusal is { } exists)
        {
            return exists;
        }

        await PropertyOwners.GrantAsync(unit, propertyId, account.Value, role, by, clock.GetUtcNow());
        return (await PropertyOwners.OfPropertyAsync(unit.Connection, propertyId)).ToArray();
    }
}
