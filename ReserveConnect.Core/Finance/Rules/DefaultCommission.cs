using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Rules;

/// <summary>The rule behind all others: without one, no booking could be confirmed.</summary>
internal static class DefaultCommission
{
    /// <summary>Whether what the transaction has changed leaves a day without one. Then nothing of it can be kept.</summary>
    public static async Task<bool> IsMissingAsync(UnitOfWork unit)
    {
        try
        {
            // What the database would ask when it commits.
            await unit.Connection.ExecuteAsync("SET CONSTRAINTS reserve.commission_rules_default IMMEDIATE");
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState == RuleRefusals.NoRuleLeftState)
        {
            return true;
        }
    }
}
