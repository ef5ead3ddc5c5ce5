using Dapper;
using Npgsql;

namespace ReserveConnect.Accounts;

/// <summary>An account as its owner sees it.</summary>
/// <param name="CreatedAt">UTC instant.</param>
public sealed record GuestProfile(
    Guid AccountId, string Email, string Role, string FirstName, string LastName, string? Phone, string Locale, DateTimeOffset CreatedAt)
{
    public static Task<GuestProfile?> FindAsync(NpgsqlConnection connection, Guid accountId) =>
        connection.QuerySingleOrDefaultAsync<GuestProfile>(
            """
            SELECT id AS account_id, email, role, first_name, last_name, phone, locale, created_at
            FROM reserve.accounts
            WHERE id = @accountId
            """,
            new { accountId });
}
