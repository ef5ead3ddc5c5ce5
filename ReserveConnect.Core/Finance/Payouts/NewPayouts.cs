using Dapper;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Finance.Payouts;

/// <summary>A payout that has been calculated and is to be written down.</summary>
/// <param name="Property">Whom it is for.</param>
/// <param name="SettledBy">Who said of a payout that it was to pay the same that it was not sent: they do not approve this one.</param>
public sealed record NewPayout(Guid Id, PayeeSettings Property, PayoutCalculation Sum, string Status, Guid? SettledBy = null);

/// <summary>Who is paid, and where.</summary>
public sealed record PayeeSettings(
    Guid PropertyId, string Schedule, string Method, string? StripeAccountId, string? PixKeyType, string? PixKey, string? PixOwnerDocument, DateTimeOffset? HeldSince)
{
    internal PayoutDestination Destination => new(Method, StripeAccountId, PixKeyType, PixKey, PixOwnerDocument);
}

/// <summary>For which run payouts are made, and by whose word.</summary>
/// <param name="AccountId">Who ordered it; null: the schedule.</param>
public sealed record PayoutOrder(string RunKey, string Schedule, DateOnly From, DateOnly Until, string Actor, Guid? AccountId);

/// <summary>Writes payouts down, with their lines, their entries in the books and their events.</summary>
internal static class NewPayouts
{
    public static async Task InsertAsync(UnitOfWork unit, PayoutOrder order, IReadOnlyList<NewPayout> payouts, DateTimeOffset now)
    {
        if (payouts.Count == 0)
        {
            return;
        }

        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.payouts
                (id, property_id, run_key, schedule, period_start, period_end, gross_amount, commission_amount, tax_amount, net_amount, status, method,
                 stripe_account_id, pix_key_type, pix_key, pix_owner_document, requested_by, requested_by_account, requested_at, updated_at, settled_by)
            SELECT n.id, n.property_id, @RunKey, @Schedule, @From, @Until, n.gross, n.commission, n.tax, n.net, n.status, n.method,
                   n.account, n.key_type, n.key, n.document, @Actor, @AccountId, @now, @now, n.settled_by
            FROM unnest(@ids, @properties, @gross, @commissions, @taxes, @nets, @statuses, @methods, @accounts, @keyTypes, @keys, @documents, @settledBy)
                AS n (id, property_id, gross, commission, tax, net, status, method, account, key_type, key, document, settled_by)
            """,
            new
            {
                order.RunKey,
                order.Schedule,
                order.From,
                order.Until,
                order.Actor,
                order.AccountId,
                now,
                ids = payouts.Select(p => p.Id).ToArray(),
                properties = payouts.Select(p => p.Property.PropertyId).ToArray(),
                gross = payouts.Select(p => p.Sum.Gross).ToArray(),
                commissions = payouts.Select(p => p.Sum.Commission).ToArray(),
                taxes = payouts.Select(p => p.Sum.Tax).ToArray(),
                nets = payouts.Select(p => p.Sum.Net).ToArray(),
                statuses = payouts.Select(p => p.Status).ToArray(),
                methods = payouts.Select(p => p.Property.Method).ToArray(),
                accounts = payouts.Select(p => p.Property.StripeAccountId).ToArray(),
                keyTypes = payouts.Select(p => p.Property.PixKeyType).ToArray(),
                keys = payouts.Select(p => p.Property.PixKey).ToArray(),
                documents = payouts.Select(p => p.Property.PixOwnerDocument).ToArray(),
                settledBy = payouts.Select(p => p.SettledBy).ToArray(),
            });
        await AddLinesAsync(unit, [.. payouts.SelectMany(p => p.Sum.Lines.Select((line, index) => (p.Id, p.Property.PropertyId, index + 1, line)))]);
        foreach (var payout in payouts)
        {
            await BeginAsync(unit, payout, order, now);
        }
    }

    /// <summary>Adds lines to payouts, and to what they come to.</summary>
    public static async Task AddLinesAsync(UnitOfWork unit, IReadOnlyList<(Guid PayoutId, Guid PropertyId, int Number, PayoutLine Line)> lines)
    {
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.payout_items
                (payout_id, line, kind, property_id, transaction_id, reservation_id, carried_from, tax_type, tax_rate, gross_amount, commission_amount, tax_amount, amount)
            SELECT n.payout_id, n.line, n.kind, n.property_id, n.transaction_id, n.reservation_id, n.carried_from, n.tax_type, n.tax_rate,
                   n.gross, n.commission, n.tax, n.gross - n.commission - n.tax
            FROM unnest(@payouts, @numbers, @kinds, @properties, @transactions, @reservations, @carried, @taxTypes, @rates, @gross, @commissions, @taxes)
                AS n (payout_id, line, kind, property_id, transaction_id, reservation_id, carried_from, tax_type, tax_rate, gross, commission, tax)
            """,
            new
            {
                payouts = lines.Select(l => l.PayoutId).ToArray(),
                numbers = lines.Select(l => l.Number).ToArray(),
                kinds = lines.Select(l => l.Line.Kind).ToArray(),
                properties = lines.Select(l => l.PropertyId).ToArray(),
                transactions = lines.Select(l => l.Line.TransactionId).ToArray(),
                reservations = lines.Select(l => l.Line.ReservationId).ToArray(),
                carried = lines.Select(l => l.Line.CarriedFrom).ToArray(),
                taxTypes = lines.Select(l => l.Line.TaxType).ToArray(),
                rates = lines.Select(l => l.Line.TaxRate).ToArray(),
                gross = lines.Select(l => l.Line.Gross).ToArray(),
                commissions = lines.Select(l => l.Line.Commission).ToArray(),
                taxes = lines.Select(l => l.Line.Tax).ToArray(),
            });
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payouts p
            SET included_bookings = i.reservations
            FROM (
                SELECT i.payout_id, array_agg(DISTINCT i.reservation_id) AS reservations
                FROM reserve.payout_items i
                WHERE i.payout_id = ANY(@ids)
                  AND i.reservation_id IS NOT NULL
                GROUP BY i.payout_id) i
            WHERE p.id = i.payout_id
            """,
            new { ids = lines.Select(l => l.PayoutId).Distinct().ToArray() });
    }

    private static async Task BeginAsync(UnitOfWork unit, NewPayout payout, PayoutOrder order, DateTimeOffset now)
    {
        switch (payout.Status)
        {
            case PayoutStatus.CarriedOver:
                await unit.SendAsync(
                    PayoutPostings.CarriedOver(payout.Id, payout.Property.PropertyId, payout.Sum) is { } carried ? Ledger.Post(carried, order.Actor, now) : null,
                    Outbox.Append(unit, "payout.carried_over", "payout", payout.Id, new { payout.Property.PropertyId, payout.Sum.CarriedOver }, now));
                break;
            case PayoutStatus.PendingApproval:
                await Outbox.AppendAsync(unit, "payout.approval_requested", "payout", payout.Id, new { payout.Property.PropertyId, payout.Sum.Net }, now);
                break;
            default:
                // It is sent at once, and says so when it is.
                break;
        }
    }
}
