using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>Reads, requests and moves refunds.</summary>
public static class Refunds
{
    private const string Columns =
        """
        id, payment_attempt_id, booking_intent_id, reason, amount, currency, operation_id, provider_refund_id, status, tries,
        coalesce(ordered_at, requested_at) AS requested_at, asks, next_try_at
        """;

    public static Task<Refund?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<Refund>(
            $"SELECT {Columns} FROM reserve.refunds WHERE id = @id", new { id });

    /// <summary>The refunds of an intent that are not done yet, oldest first.</summary>
    public static async Task<IReadOnlyList<Refund>> OutstandingAsync(NpgsqlConnection connection, Guid intentId) =>
        (await connection.QueryAsync<Refund>(
            $"""
            SELECT {Columns}
            FROM reserve.refunds
            WHERE booking_intent_id = @intentId
              AND status <> 'succeeded'
            ORDER BY id
            """,
            new { intentId })).AsList();

    /// <summary>
    /// Asks that all of an attempt's money goes back. An attempt has one refund, whoever asks first: money goes back once.
    /// The caller holds the intent's lock.
    /// </summary>
    /// <returns>The refund's id.</returns>
    public static async Task<Guid> RequestAsync(
        UnitOfWork unit, PaymentAttempt attempt, decimal amount, string reason, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.refunds
                (id, payment_attempt_id, booking_intent_id, reason, amount, currency, operation_id, requested_at, updated_at)
            SELECT @id, @AttemptId, @BookingIntentId, @reason, @amount, @Currency, @OperationId, @now, @now
            WHERE NOT EXISTS (SELECT 1 FROM reserve.refunds WHERE payment_attempt_id = @AttemptId)
            """,
            new
            {
                id,
                AttemptId = attempt.Id,
                attempt.BookingIntentId,
                reason,
                amount,
                attempt.Currency,
                OperationId = OperationId(id, tries: 0),
                now,
            });
        return await unit.Connection.ExecuteScalarAsync<Guid>(
            "SELECT id FROM reserve.refunds WHERE payment_attempt_id = @Id", new { attempt.Id });
    }

    /// <summary>The idempotency key of one try: a refusal is final for its key, so the next try needs another.</summary>
    public static string OperationId(Guid refundId, int tries) => $"refund:{refundId}:{tries}";

    /// <exception cref="InvalidOperationException">The refund is not in <paramref name="from"/>.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Guid id, string from, string to, string reason, DateTimeOffset now)
    {
        var moved = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_refund(@id, @from, @to, 'system', @reason, @now)", new { id, from, to, reason, now });
        if (!moved)
        {
            throw new InvalidOperationException($"refund {id} is no longer {from}");
        }
    }
}
