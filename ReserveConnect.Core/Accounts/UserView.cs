using Dapper;
using Npgsql;

namespace ReserveConnect.Accounts;

/// <summary>An account as an admin sees it.</summary>
/// <param name="CreatedAt">UTC instant.</param>
public sealed record UserView(
    Guid AccountId, string Email, string Role, string Status, string FirstName, string LastName, string? Phone, string Locale, DateTimeOffset CreatedAt)
{
    private const string Select =
        """
        SELECT id AS account_id, email, role, status, first_name, last_name, phone, locale, created_at
        FROM reserve.accounts
        """;

    /// <summary>One of them; null: there is none, or not for whoever reads.</summary>
    public static Task<UserView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<UserView>($"{Select} WHERE id = @id", new { id });

    /// <summary>The newest first, from behind <paramref name="after"/> on.</summary>
    public static async Task<IReadOnlyList<UserView>> ListAsync(
        NpgsqlConnection connection, string? role, string? status, string? email, Guid? after, int limit) =>
        [
            .. await connection.QueryAsync<UserView>(
                $"""
                {Select}
                WHERE (@role::text IS NULL OR role = @role)
                  AND (@status::text IS NULL OR status = @status)
                  AND (@email::text IS NULL OR email_key = lower(@email))
                  AND (@after::uuid IS NULL OR id < @after)
                ORDER BY id DESC
                LIMIT @limit
                """,
                new { role, status, email, after, limit }),
        ];
}
