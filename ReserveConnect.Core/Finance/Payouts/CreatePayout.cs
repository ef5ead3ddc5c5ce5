using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>What a supervisor wants paid outside the schedule.</summary>
/// <param name="Until">Last check-in day that counts; null: yesterday.</param>
/// <param name="OperationId">The order's name: given twice, it is one order. Null: an order of its own.</param>
public sealed record ExtraPayout(Guid PropertyId, DateOnly? Until, Actor Actor, Guid? OperationId);

/// <summary><c>create_payout</c>: a property is paid now what is due to it.</summary>
public sealed class CreatePayout(ReserveDatabase database, CalculatePayouts calculate, TimeProvider clock)
{
    /// <summary>
    /// Calculates it; its saga is the caller's matter. Refusals: <c>property_not_found</c>, <c>invalid_until</c> for a day that is not over,
    /// <c>no_payout_settings</c>, <c>payouts_held</c>, <c>nothing_to_pay</c> where nothing is due, or less than nothing.
    /// </summary>
    public async Task<Outcome<PayoutView>> RunAsync(ExtraPayout order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var today = BookDays.Of(clock.GetUtcNow());
        var until = order.Until ?? today.AddDays(-1);
        if (until >= today)
        {
            return Refusal.Unprocessable("invalid_until", "A payout is of days that are over.", new FieldError("until", "invalid_until", "Must be before today."));
        }

        return await database.TransactAsync(unit => MakeAsync(unit, order, until), cancellation);
    }

    private async Task<Outcome<PayoutView>> MakeAsync(UnitOfWork unit, ExtraPayout order, DateOnly until)
    {
        var now = clock.GetUtcNow();
        await PayoutRows.LockPropertiesAsync(unit, [order.PropertyId]);
        var key = $"order:{order.OperationId ?? Guid.CreateVersion7(now)}";
        if (await PayoutViews.OfRunAsync(unit.Connection, key, order.PropertyId) is { } before)
        {
            return before;
        }

        if (await RefusalAsync(unit, order.PropertyId) is { } refused)
        {
            return refused;
        }

        var from = await unit.Connection.ExecuteScalarAsync<DateOnly?>(
            "SELECT least(max(period_end) + 1, @until) FROM reserve.payouts WHERE property_id = @PropertyId AND status NOT IN ('rejected', 'returned')",
            new { order.PropertyId, until }) ?? until;
        var made = await calculate.MakeAsync(
            unit, new(key, PayoutSchedule.Ordered, from, until, order.Actor.Name, order.Actor.AccountId), [order.PropertyId]);
        if (made is not [{ Status: not PayoutStatus.CarriedOver } payout, ..])
        {
            unit.RollBack();
            return Refusal.Conflict("nothing_to_pay", "Nothing is due to this property, or less than nothing.");
        }

        await AuditLog.WriteAsync(
            unit, "payout", payout.Id, "ordered", null, new { order.PropertyId, until, payout.Sum.Net }, reason: null, order.Actor.Name, now);
        return (await PayoutViews.FindAsync(unit.Connection, payout.Id))!;
    }

    private static async Task<Refusal?> RefusalAsync(UnitOfWork unit, Guid propertyId)
    {
        var known = await unit.Connection.QuerySingleOrDefaultAsync<(bool HasSettings, DateTimeOffset? HeldSince)?>(
            """
            SELECT s.property_id IS NOT NULL AS has_settings, s.held_since
            FROM reserve.properties_map p
            LEFT JOIN reserve.payout_settings s ON s.property_id = p.id
            WHERE p.id = @propertyId
            """,
            new { propertyId });
        return known switch
        {
            null => PayoutRefusals.PropertyNotFound,
            (false, _) => Refusal.Conflict("no_payout_settings", "Nobody has said yet where this property is paid."),
            (_, not null) => Refusal.Conflict("payouts_held", "Payouts to this property are held."),
            _ => null,
        };
    }
}
