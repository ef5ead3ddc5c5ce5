using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>What has changed between the calculation of a payout and its sending. The caller holds the locks of property and payout.</summary>
internal static class PayoutChanges
{
    /// <summary>
    /// Deducts what was taken back since, takes the destination over as it is today, and withholds the taxes of today. A payout that has changed and is large is approved
    /// anew; one that comes to nothing carries over.
    /// </summary>
    public static async Task<Payout> TakeInAsync(UnitOfWork unit, Payout payout, PayoutOptions options, DateTimeOffset now)
    {
        var destination = await DestinationAsync(unit, payout.PropertyId);
        var isElsewhere = destination is not null && destination != payout.Destination;
        var further = await FurtherAsync(unit, payout, destination?.Method ?? payout.Method!, now);
        if (further.Count == 0 && !isElsewhere)
        {
            return payout;
        }

        var before = await PayoutRows.LinesAsync(unit.Connection, payout.Id);
        await NewPayouts.AddLinesAsync(unit, [.. further.Select((line, index) => (payout.Id, payout.PropertyId, before.Count + index + 1, line))]);
        var sum = new PayoutCalculation([.. before, .. further]);
        var goes = destination ?? payout.Destination!;
        var status = sum.Net <= 0 ? PayoutStatus.CarriedOver : sum.Net > options.ApprovalLimit || (isElsewhere && payout.ApprovedBy is not null) ? PayoutStatus.PendingApproval
            : PayoutStatus.Approved;
        await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payouts
            SET version = version + 1,
                gross_amount = @Gross,
                commission_amount = @Commission,
                tax_amount = @Tax,
                net_amount = @Net,
                method = @Method,
                stripe_account_id = @StripeAccountId,
                pix_key_type = @PixKeyType,
                pix_key = @PixKey,
                pix_owner_document = @PixOwnerDocument,
                approved_by = CASE WHEN @isDecided THEN approved_by END,
                approved_at = CASE WHEN @isDecided THEN approved_at END,
                requested_at = CASE WHEN @isDecided THEN requested_at ELSE @now END,
                reminded_at = CASE WHEN @isDecided THEN reminded_at END,
                updated_at = @now
            WHERE id = @Id
            """,
            new
            {
                payout.Id, sum.Gross, sum.Commission, sum.Tax, sum.Net, goes.Method, goes.StripeAccountId, goes.PixKeyType, goes.PixKey, goes.PixOwnerDocument,
                isDecided = status != PayoutStatus.PendingApproval, now,
            });
        var changed = await PayoutRows.LockAsync(unit, payout.Id);
        if (status == payout.Status)
        {
            return changed;
        }

        await PayoutRows.MoveAsync(unit, payout, status, "system", isElsewhere ? "its destination has changed" : "what it comes to has changed", now);
        if (status == PayoutStatus.CarriedOver)
        {
            await unit.SendAsync(
                PayoutPostings.CarriedOver(payout.Id, payout.PropertyId, sum) is { } carried ? Ledger.Post(carried, "system", now) : null,
                Outbox.Append(unit, "payout.carried_over", "payout", payout.Id, new { payout.PropertyId, sum.CarriedOver }, now));
        }
        else
        {
            await Outbox.AppendAsync(unit, "payout.approval_requested", "payout", payout.Id, new { payout.PropertyId, changed.NetAmount, changed.Version }, now);
        }

        return changed with { Status = status };
    }

    /// <summary>A booking that it pays is being cancelled.</summary>
    public static Task<bool> IsBookingCancelledAsync(UnitOfWork unit, Guid payoutId) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.payout_items i
                JOIN reserve.reservations r ON r.id = i.reservation_id
                WHERE i.payout_id = @payoutId
                  AND r.status = 'cancel_pending')
            """,
            new { payoutId });

    /// <summary>How a property is paid now; null: nobody has said.</summary>
    public static Task<string?> MethodAsync(NpgsqlConnection connection, Guid propertyId) =>
        connection.ExecuteScalarAsync<string?>("SELECT method FROM reserve.payout_settings WHERE property_id = @propertyId", new { propertyId });

    /// <summary>What came back would come back again: nothing is paid to where it was sent until a supervisor has set that right.</summary>
    public static async Task HoldAsync(UnitOfWork unit, Payout payout, DateTimeOffset now)
    {
        var held = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payout_settings
            SET held_since = @now,
                held_reason = 'A payout came back.',
                version = version + 1,
                changed_by = 'system',
                changed_by_account = NULL,
                changed_at = @now
            WHERE property_id = @PropertyId
              AND held_since IS NULL
              AND (method, stripe_account_id, pix_key_type, pix_key, pix_owner_document)
                  IS NOT DISTINCT FROM (@Method, @StripeAccountId, @PixKeyType, @PixKey, @PixOwnerDocument)
            """,
            new { payout.PropertyId, payout.Method, payout.StripeAccountId, payout.PixKeyType, payout.PixKey, payout.PixOwnerDocument, now });
        if (held > 0)
        {
            await AuditLog.WriteAsync(
                unit, "property", payout.PropertyId, "payouts_held", null, new { payoutId = payout.Id }, "A payout came back.", "system", now);
        }
    }

    /// <summary>Whether nothing is to be paid to a property for now.</summary>
    public static Task<bool> IsHeldAsync(UnitOfWork unit, Guid propertyId) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM reserve.payout_settings WHERE property_id = @propertyId AND held_since IS NOT NULL)", new { propertyId });

    // Only what takes away: what was earned since is the next one's.
    private static async Task<IReadOnlyList<PayoutLine>> FurtherAsync(UnitOfWork unit, Payout payout, string method, DateTimeOffset now)
    {
        var due = await DueTransactions.ReadAsync(unit.Connection, [payout.PropertyId], BookDays.Of(now), now);
        var taken = due
            .GroupBy(t => t.ReservationId ?? t.TransactionId)
            .Where(matter => matter.Sum(t => t.Amount) < 0)
            .SelectMany(matter => matter)
            .ToList();
        var taxes = DueTransactions.Of((await DueTransactions.TaxesAsync(unit.Connection, [payout.PropertyId], BookDays.Of(now)))[payout.PropertyId], method);
        var stands = new PayoutCalculation(await PayoutRows.LinesAsync(unit.Connection, payout.Id));
        return stands.Further(taken, taxes);
    }

    /// <summary>Where a property is paid now; null: nobody has said.</summary>
    public static Task<PayoutDestination?> DestinationAsync(UnitOfWork unit, Guid propertyId) =>
        unit.Connection.QuerySingleOrDefaultAsync<PayoutDestination>(
            "SELECT method, stripe_account_id, pix_key_type, pix_key, pix_owner_document FROM reserve.payout_settings WHERE property_id = @propertyId",
            new { propertyId });
}
