using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Owners;

/// <summary>Takes a property away from an owner, from the next request on; the account stays.</summary>
public sealed class RemoveOwner(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Whoever is left. Refusal: <c>owner_not_found</c>.</summary>
    public Task<Outcome<IReadOnlyList<PropertyOwner>>> RunAsync(Guid propertyId, Guid accountId, Actor by, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(by);
        return database.TransactAsync(
            async unit => await PropertyOwners.RevokeAsync(unit, propertyId, accountId, by, clock.GetUtcNow())
                ? (Outcome<IReadOnlyList<PropertyOwner>>)(await PropertyOwners.OfPropertyAsync(unit.Connection, propertyId)).ToArray()
                : Refusal.NotFound("owner_not_found", "This account has no part in this property."),
            cancellation);
    }
}
