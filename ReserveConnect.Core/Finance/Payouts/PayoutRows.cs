using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Reads, locks and moves payouts. Whoever takes several locks takes that of the property first.</summary>
public static class PayoutRows
{
    internal const string Columns =
        """
        p.id, p.property_id, p.run_key, p.schedule, p.period_start, p.period_end, p.currency, p.gross_amount, p.commission_amount, p.tax_amount, p.net_amount,
        p.status, p.version, p.method, p.stripe_account_id, p.pix_key_type, p.pix_key, p.pix_owner_document, p.operation_id, p.asked_at, p.stripe_transfer_id,
        p.pix_transfer_id, p.tries, p.asks, p.next_try_at, p.failure_code, p.requested_by, p.requested_by_account, p.requested_at, p.reminded_at, p.approved_by,
        p.approved_at, p.processed_at, p.completed_at, p.returned_at, p.notes, p.returned_amount, p.settled_by, p.settled_at
        """;

    public static Task<Payout?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<Payout>($"SELECT {Columns} FROM reserve.payouts p WHERE p.id = @id", new { id });

    /// <summary>The payout that a transfer at a provider is; null when it is none of ours.</summary>
    public static Task<Payout?> FindByTransferAsync(NpgsqlConnection connection, string method, string transferId) =>
        connection.QuerySingleOrDefaultAsync<Payout>(
            $"SELECT {Columns} FROM reserve.payouts p WHERE p.{(method == PayoutMethod.Pix ? "pix_transfer_id" : "stripe_transfer_id")} = @transferId",
            new { transferId });

    /// <summary>Reads it under its lock.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Task<Payout> LockAsync(UnitOfWork unit, Guid id) =>
        unit.Connection.QuerySingleAsync<Payout>($"SELECT {Columns} FROM reserve.payouts p WHERE p.id = @id FOR UPDATE", new { id });

    /// <summary>Nobody else calculates payouts of these properties until the transaction ends.</summary>
    public static Task LockPropertiesAsync(UnitOfWork unit, IReadOnlyList<Guid> propertyIds) =>
        unit.Connection.ExecuteAsync(
            """
            SELECT pg_advisory_xact_lock(hashtextextended('reserve.payouts:' || p.id::text, 0))
            FROM (SELECT id FROM unnest(@ids) AS q (id) ORDER BY id) p
            """,
            new { ids = propertyIds.ToArray() });

    /// <summary>The lines of a payout, in their order.</summary>
    public static async Task<IReadOnlyList<PayoutLine>> LinesAsync(NpgsqlConnection connection, Guid payoutId) =>
        (await connection.QueryAsync<PayoutLine>(
            """
            SELECT kind, gross_amount AS gross, commission_amount AS commission, tax_amount AS tax, transaction_id, reservation_id, carried_from, tax_type, tax_rate
            FROM reserve.payout_items
            WHERE payout_id = @payoutId
            ORDER BY line
            """,
            new { payoutId })).AsList();

    /// <summary>Moves it; false when somebody else was first.</summary>
    /// <exception cref="PostgresException">RC001: that is no legal move.</exception>
    public static Task<bool> MoveAsync(UnitOfWork unit, Payout payout, string to, string actor, string reason, DateTimeOffset now) =>
        unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_payout(@Id, @Status, @to, @actor, @reason, @now)", new { payout.Id, payout.Status, to, actor, reason, now });

    /// <summary>
    /// Stores the operation under which its provider is about to be asked, and moves it there. The ask counts from here on: whoever finds
    /// the row after this process has died must take it for made.
    /// </summary>
    public static async Task BeginAsync(UnitOfWork unit, Payout payout, string operationId, DateTimeOffset now)
    {
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET operation_id = @operationId, asked_at = @now, asks = 1, next_try_at = NULL, failure_code = NULL WHERE id = @Id",
            new { payout.Id, operationId, now });
        await MoveAsync(unit, payout, PayoutStatus.Processing, "system", "sent", now);
    }

    /// <summary>Counts an ask that is about to be made: whoever finds the row after this process has died must take it for made.</summary>
    /// <returns>The payout as whoever asks now has to take it, without their own ask.</returns>
    public static async Task<Payout> AskAsync(UnitOfWork unit, Guid payoutId, DateTimeOffset now)
    {
        var payout = await LockAsync(unit, payoutId);
        if (payout.Status != PayoutStatus.Processing)
        {
            return payout;
        }

        var askedAt = payout.Asks == 0 ? now : payout.AskedAt;
        await unit.Connection.ExecuteAsync(
            "UPDATE reserve.payouts SET asks = asks + 1, asked_at = @askedAt WHERE id = @payoutId", new { payoutId, askedAt });
        return payout with { AskedAt = askedAt };
    }

    /// <summary>What it would have paid is another one's matter.</summary>
    public static Task ReleaseAsync(UnitOfWork unit, Guid payoutId) =>
        unit.Connection.ExecuteAsync("UPDATE reserve.payout_items SET is_live = false WHERE payout_id = @payoutId AND is_live", new { payoutId });
}
