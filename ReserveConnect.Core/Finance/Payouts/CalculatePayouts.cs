using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>
/// Calculates what properties are paid, some properties in one transaction. Done again for the same run it comes to the same payouts, for
/// what a payout pays is due no more.
/// </summary>
public sealed class CalculatePayouts(ReserveDatabase database, TimeProvider clock, IOptions<PayoutOptions> options)
{
    /// <summary>The payouts of a run for these properties that have something left to do, made now or before.</summary>
    public Task<IReadOnlyList<Guid>> RunAsync(PayoutOrder order, IReadOnlyList<Guid> propertyIds, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                await PayoutRows.LockPropertiesAsync(unit, propertyIds);
                await MakeAsync(unit, order, propertyIds);
                return (IReadOnlyList<Guid>)(await unit.Connection.QueryAsync<Guid>(
                    """
                    SELECT id
                    FROM reserve.payouts
                    WHERE run_key = @RunKey
                      AND property_id = ANY(@ids)
                      AND status IN ('pending_approval', 'approved', 'processing', 'failed')
                    ORDER BY id
                    """,
                    new { order.RunKey, ids = propertyIds.ToArray() })).AsList();
            },
            cancellation);

    /// <summary>Makes the payouts of properties whose lock the caller holds.</summary>
    internal async Task<IReadOnlyList<NewPayout>> MakeAsync(UnitOfWork unit, PayoutOrder order, IReadOnlyList<Guid> propertyIds)
    {
        var now = clock.GetUtcNow();
        var payees = (await PayeesAsync(unit.Connection, propertyIds)).Where(p => p.HeldSince is null && IsFor(order, p)).ToDictionary(p => p.PropertyId);
        var due = (await DueTransactions.ReadAsync(unit.Connection, payees.Keys, order.Until, now)).ToLookup(t => t.PropertyId);
        var carried = (await DueTransactions.CarriedAsync(unit.Connection, payees.Keys)).ToLookup(c => c.PropertyId);
        var taxes = await DueTransactions.TaxesAsync(unit.Connection, payees.Keys, order.Until.AddDays(1));
        List<NewPayout> payouts = [];
        foreach (var payee in payees.Values)
        {
            foreach (var (part, takesOver) in Parts(payee, [.. due[payee.PropertyId]]))
            {
                if (PayoutCalculation.Of(part, takesOver ? [.. carried[payee.PropertyId]] : [], DueTransactions.Of(taxes[payee.PropertyId], payee.Method)) is { } sum)
                {
                    payouts.Add(new(Guid.CreateVersion7(now), payee, sum, StatusOf(sum)));
                }
            }
        }

        await NewPayouts.InsertAsync(unit, order, payouts, now);
        return payouts;
    }

    /// <summary>Whoever has no settings is owed money that nobody can send: a person is told, once.</summary>
    public Task TellOfUnpayableAsync(CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                foreach (var propertyId in await UnpayableAsync(unit.Connection))
                {
                    await Exceptions.RaiseAsync(unit, TroubleTypes.Of("payout_blocked").About(propertyId, now) with { PropertyId = propertyId, ErrorCode = "no_settings" }, now);
                }
            },
            cancellation);

    private static async Task<IReadOnlyList<Guid>> UnpayableAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<Guid>(
            """
            SELECT b.account_id
            FROM reserve.ledger_balances b
            WHERE b.account = 'property_payable'
              AND b.currency = 'BRL'
              AND b.credits > b.debits
              AND NOT EXISTS (SELECT FROM reserve.payout_settings s WHERE s.property_id = b.account_id)
              AND NOT EXISTS (SELECT FROM reserve.exceptions e WHERE e.exception_key = 'payout_blocked:' || b.account_id)
            ORDER BY b.account_id
            """)).AsList();

    private static async Task<IReadOnlyList<PayeeSettings>> PayeesAsync(NpgsqlConnection connection, IReadOnlyList<Guid> propertyIds) =>
        (await connection.QueryAsync<PayeeSettings>(
            """
            SELECT property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, pix_owner_document, held_since
            FROM reserve.payout_settings
            WHERE property_id = ANY(@ids)
            ORDER BY property_id
            """,
            new { ids = propertyIds.ToArray() })).AsList();

    private static bool IsFor(PayoutOrder order, PayeeSettings payee) => order.Schedule == PayoutSchedule.Ordered || order.Schedule == payee.Schedule;

    private string StatusOf(PayoutCalculation sum) =>
        sum.Net <= 0 ? PayoutStatus.CarriedOver : sum.Net > options.Value.ApprovalLimit ? PayoutStatus.PendingApproval : PayoutStatus.Approved;

    // Whoever is paid by booking has a payout for each; what is of no booking, or was taken back, goes with the first.
    private static IEnumerable<(IReadOnlyList<PayableTransaction> Part, bool TakesOver)> Parts(PayeeSettings payee, IReadOnlyList<PayableTransaction> due)
    {
        if (payee.Schedule != PayoutSchedule.PerBooking)
        {
            yield return (due, true);
            yield break;
        }

        var matters = due.GroupBy(t => t.ReservationId ?? Guid.Empty).ToLookup(m => m.Key != Guid.Empty && m.Sum(t => t.Amount) > 0);
        List<PayableTransaction> rest = [.. matters[false].SelectMany(m => m)];
        var isFirst = true;
        foreach (var booking in matters[true])
        {
            yield return (isFirst ? [.. booking, .. rest] : [.. booking], isFirst);
            isFirst = false;
        }

        if (isFirst)
        {
            yield return (rest, true);
        }
    }
}
