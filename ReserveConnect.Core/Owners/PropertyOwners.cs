using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Owners;

/// <summary>Who owns or manages a property.</summary>
/// <param name="Role"><c>owner</c> or <c>manager</c>; both see the same.</param>
/// <param name="AccountStatus">Of the account: <c>invited</c> until they have come.</param>
/// <param name="GrantedAt">UTC instant.</param>
public sealed record PropertyOwner(Guid AccountId, string Email, string FirstName, string LastName, string Role, string AccountStatus, DateTimeOffset GrantedAt);

/// <summary>The links between properties and the accounts of their owners.</summary>
public static class PropertyOwners
{
    /// <summary>Links them, once; in another role, the link changes. Writes the audit row.</summary>
    public static async Task GrantAsync(UnitOfWork unit, Guid propertyId, Guid accountId, string role, Actor by, DateTimeOffset now)
    {
        var before = await unit.Connection.ExecuteScalarAsync<string?>(
            """
            SELECT role
            FROM reserve.property_owners
            WHERE property_id = @propertyId
              AND account_id = @accountId
              AND revoked_at IS NULL
            FOR UPDATE
            """,
            new { propertyId, accountId });
        if (before == role)
        {
            return;
        }

        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.property_owners (id, property_id, account_id, role, granted_at)
            VALUES (@id, @propertyId, @accountId, @role, @now)
            ON CONFLICT (property_id, account_id) WHERE revoked_at IS NULL DO UPDATE SET role = excluded.role
            """,
            new { id = Guid.CreateVersion7(now), propertyId, accountId, role, now });
        await AuditLog.WriteAsync(
            unit, "account", accountId, "property_granted", before is null ? null : new { propertyId, role = before }, new { propertyId, role }, null, by.Name, now);
    }

    /// <summary>
    /// Ends the link; false when there was none. The secret address of the property's calendar leads nowhere from then on: whoever
    /// is left, or comes, asks for another.
    /// </summary>
    public static async Task<bool> RevokeAsync(UnitOfWork unit, Guid propertyId, Guid accountId, Actor by, DateTimeOffset now)
    {
        var role = await unit.Connection.ExecuteScalarAsync<string?>(
            """
            UPDATE reserve.property_owners
            SET revoked_at = @now
            WHERE property_id = @propertyId
              AND account_id = @accountId
              AND revoked_at IS NULL
            RETURNING role
            """,
            new { propertyId, accountId, now });
        if (role is null)
        {
            return false;
        }

        await AuditLog.WriteAsync(unit, "account", accountId, "property_revoked", new { propertyId, role }, null, null, by.Name, now);
        await CalendarLinks.VoidAsync(unit, propertyId, by, now);
        return true;
    }

    /// <summary>Everybody to whom the property is linked.</summary>
    public static async Task<IReadOnlyList<PropertyOwner>> OfPropertyAsync(NpgsqlConnection connection, Guid propertyId) =>
        (await connection.QueryAsync<PropertyOwner>(
            """
            SELECT a.id AS account_id, a.email, a.first_name, a.last_name, o.role, a.status AS account_status, o.granted_at
            FROM reserve.property_owners o
            JOIN reserve.accounts a ON a.id = o.account_id
            WHERE o.property_id = @propertyId
              AND o.revoked_at IS NULL
            ORDER BY o.granted_at, a.id
            """,
            new { propertyId })).AsList();
}
