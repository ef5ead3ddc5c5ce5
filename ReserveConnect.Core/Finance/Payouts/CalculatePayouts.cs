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
        var alone = order.Schedule == PayoutSchedule.Ordered ? await OrderedAloneAsync(unit.Connection, propertyIds, now) : [];
        var settled = await SettledAsync(unit.Connection, propertyIds);
        List<NewPayout> payouts = [];
        foreach (var payee in payees.Values)
        {
            IReadOnlyList<CarriedAmount> takenOver = [.. carried[payee.PropertyId]];
            foreach (var (part, takesOver) in PayoutParts.Of(order.Schedule, payee.Schedule, [.. due[payee.PropertyId]], takenOver.Sum(c => c.Amount)))
            {
                if (PayoutCalculation.Of(part, takesOver ? takenOver : [], DueTransactions.Of(taxes[payee.PropertyId], payee.Method)) is { } sum)
                {
                    var isSettled = settled.TryGetValue(payee.PropertyId, out var settledBy) && sum.Net > 0;
                    payouts.Add(new(
                        Guid.CreateVersion7(now), payee, sum,
                        isSettled ? PayoutStatus.PendingApproval : StatusOf(sum, alone.GetValueOrDefault(payee.PropertyId)),
                        isSettled ? settledBy : null));
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

    /// <summary>What a run could not calculate, for whatever reason: a person is told, once for each run.</summary>
    public Task TellOfUncalculatedAsync(string runKey, IReadOnlyList<Guid> propertyIds, CancellationToken cancellation) =>
        database.TransactAsync(
            async unit =>
            {
                var now = clock.GetUtcNow();
                foreach (var propertyId in propertyIds)
                {
                    await Exceptions.RaiseAsync(
                        unit,
                        PayoutTroubles.Blocked.About(propertyId, now) with
                        {
                            Key = $"{PayoutTroubles.Key(PayoutTroubles.Blocked, propertyId)}:{runKey}",
                            PropertyId = propertyId,
                            ErrorCode = "calculation_failed",
                        },
                        now);
                }
            },
            cancellation);

    private static async Task<IReadOnlyList<Guid>> UnpayableAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<Guid>(
            """
            SELECT o.account_id
            FROM (
                SELECT b.account_id, b.credits - b.debits AS amount
                FROM reserve.ledger_balances b
                WHERE b.account = 'property_payable'
                  AND b.currency = 'BRL'
                UNION ALL
                SELECT l.account_id, CASE l.direction WHEN 'credit' THEN l.amount ELSE -l.amount END
                FROM reserve.ledger_tail l
                WHERE l.account = 'property_payable'
                  AND l.currency = 'BRL') o
            WHERE NOT EXISTS (SELECT FROM reserve.payout_settings s WHERE s.property_id = o.account_id)
              AND NOT EXISTS (SELECT FROM reserve.exceptions e WHERE e.exception_key = 'payout_blocked:' || o.account_id)
            GROUP BY o.account_id
            HAVING sum(o.amount) > 0
            ORDER BY o.account_id
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

    // A large payout of which one person said that it was not sent, and which was then given up: whatever pays the same needs another's word.
    private async Task<Dictionary<Guid, Guid?>> SettledAsync(NpgsqlConnection connection, IReadOnlyList<Guid> propertyIds) =>
        (await connection.QueryAsync<(Guid PropertyId, Guid? SettledBy)>(
            """
            SELECT DISTINCT ON (s.property_id) s.property_id, s.settled_by
            FROM reserve.payouts s
            WHERE s.property_id = ANY(@ids)
              AND s.status = 'rejected'
              AND s.settled_at IS NOT NULL
              AND s.net_amount > @ApprovalLimit
              AND NOT EXISTS (SELECT FROM reserve.payouts a WHERE a.property_id = s.property_id AND a.approved_at > s.settled_at)
            ORDER BY s.property_id, s.settled_at DESC
            """,
            new { ids = propertyIds.ToArray(), options.Value.ApprovalLimit }))
        .ToDictionary(s => s.PropertyId, s => s.SettledBy);

    // What was ordered and sent without a second person: several small orders are one large one.
    private async Task<Dictionary<Guid, decimal>> OrderedAloneAsync(NpgsqlConnection connection, IReadOnlyList<Guid> propertyIds, DateTimeOffset now) =>
        (await connection.QueryAsync<(Guid PropertyId, decimal Amount)>(
            """
            SELECT property_id, sum(net_amount) AS amount
            FROM reserve.payouts
            WHERE property_id = ANY(@ids)
              AND schedule = 'ordered'
              AND requested_at > @since
              AND approved_by IS NULL
              AND status IN ('approved', 'processing', 'failed', 'completed')
            GROUP BY property_id
            """,
            new { ids = propertyIds.ToArray(), since = now - options.Value.OrderWindow })).ToDictionary(o => o.PropertyId, o => o.Amount);

    private string StatusOf(PayoutCalculation sum, decimal before) =>
        sum.Net <= 0 ? PayoutStatus.CarriedOver : sum.Net + before > options.Value.ApprovalLimit ? PayoutStatus.PendingApproval : PayoutStatus.Approved;
}
