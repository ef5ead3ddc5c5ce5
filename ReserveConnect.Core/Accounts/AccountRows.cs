using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Accounts;

/// <summary>Reads, locks and moves accounts.</summary>
internal static class AccountRows
{
    private const string Select =
        """
        SELECT a.id, a.email, a.role, a.status, a.locale, s.password_hash, s.totp_confirmed_at
        FROM reserve.accounts a
        LEFT JOIN reserve.account_secrets s ON s.account_id = a.id
        """;

    public static Task<Account?> FindAsync(NpgsqlConnection connection, string email) =>
        connection.QuerySingleOrDefaultAsync<Account>($"{Select} WHERE a.email_key = @key", new { key = AccountEmail.Key(email) });

    public static Task<Account?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<Account>($"{Select} WHERE a.id = @id", new { id });

    /// <summary>Reads it and keeps everybody else from changing it until the transaction ends; null: there is none.</summary>
    public static async Task<Account?> LockAsync(UnitOfWork unit, Guid id)
    {
        await unit.Connection.ExecuteAsync("SELECT 1 FROM reserve.accounts WHERE id = @id FOR UPDATE", new { id });
        // Secrets change only under this lock; read in a statement of its own, they are those of whoever had it last.
        return await FindAsync(unit.Connection, id);
    }

    /// <summary>
    /// Whether it is active, and so stays until the transaction ends. Many may ask at once; whoever closes or erases it waits
    /// for them, or they for that.
    /// </summary>
    public static async Task<bool> KeepActiveAsync(UnitOfWork unit, Guid id) =>
        await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT true FROM reserve.accounts WHERE id = @id AND status = 'active' FOR KEY SHARE", new { id });

    /// <summary>Moves an account that the caller has locked.</summary>
    /// <exception cref="InvalidOperationException">It is not in the state that the caller read.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Account account, string to, string actor, string reason, DateTimeOffset now)
    {
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_account(@Id, @Status, @to, @actor, @reason, @now)",
            new { account.Id, account.Status, to, actor, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"account {account.Id} is no longer {account.Status}");
        }
    }

    /// <summary>The address is proven: the account is active, and the bookings made under the address are its own.</summary>
    public static async Task ActivateAsync(UnitOfWork unit, Account account, string actor, string reason, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.accounts SET email_verified_at = coalesce(email_verified_at, @now) WHERE id = @Id", new { account.Id, now });
        await MoveAsync(unit, account, AccountStatus.Active, actor, reason, now);
        await unit.Connection.ExecuteAsync(
            """
            WITH traveler AS (
                INSERT INTO reserve.travelers (id, email, first_name, last_name, phone, created_at, updated_at)
                SELECT @travelerId, a.email, a.first_name, a.last_name, a.phone, @now, @now
                FROM reserve.accounts a
                WHERE a.id = @Id
                ON CONFLICT (lower(email)) DO UPDATE
                SET updated_at = EXCLUDED.updated_at
                RETURNING id)
            UPDATE reserve.accounts
            SET traveler_id = traveler.id,
                updated_at = @now
            FROM traveler
            WHERE accounts.id = @Id
            """,
            new { account.Id, travelerId = Guid.CreateVersion7(now), now });
    }

    /// <summary>Notes what was done to an account and moved no status.</summary>
    public static Task AuditAsync(
        UnitOfWork unit, Guid accountId, string action, string actor, DateTimeOffset now, string? reason = null, object? before = null, object? after = null) =>
        AuditLog.WriteAsync(unit, "account", accountId, action, before, after, reason, actor, now);
}
