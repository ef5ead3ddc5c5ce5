using Dapper;
using ReserveConnect.Database;

namespace ReserveConnect.Inventory.Sync;

/// <summary>
/// Whoever writes properties, units, rate plans, or what was refused of them, takes this first: jobs, webhooks and staff
/// write the same rows, each in an order of its own. Nights need it not: they are locked in one order, unit then date.
/// </summary>
internal static class CatalogueLock
{
    private const long Key = 0x5245_5345_5256_4502;

    /// <summary>Waits for it and keeps it to the end of the transaction.</summary>
    public static Task TakeAsync(UnitOfWork unit) =>
        unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@Key)", new { Key });
}
