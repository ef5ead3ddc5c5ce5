using Npgsql;

namespace ReserveConnect.Accounts;

/// <summary>What every act of managing users has in common.</summary>
internal static class Users
{
    /// <summary>Raised by <c>reserve.keep_an_admin</c>.</summary>
    private const string LastAdminState = "RC004";

    public static Refusal NotFound => Refusal.NotFound("account_not_found", "There is no such account.");

    /// <summary>Does it, unless nobody would be left to manage users.</summary>
    public static async Task<Outcome<T>> UnlessLastAdminAsync<T>(Func<Task<Outcome<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.SqlState == LastAdminState)
        {
            return Refusal.Conflict("last_admin", "This is the last active admin; make another one first.");
        }
    }
}
