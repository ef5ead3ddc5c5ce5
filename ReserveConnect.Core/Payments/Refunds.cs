using Dapper;
using Npgsql;
using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>A refund to ask for.</summary>
/// <param name="RequestKey">What it is for; asked for again, it is the same refund.</param>
/// <param name="Reason">In a word, stable.</param>
/// <param name="ReservationId">The booking whose money it is.</param>
/// <param name="ChargedTo"><c>platform</c> or <c>property</c>, of a goodwill refund.</param>
/// <param name="Note">In the words of whoever of the staff gives it.</param>
public sealed record RefundRequest(
    string RequestKey, string Purpose, string Reason, Guid? ReservationId, string? ChargedTo = null, string? Note = null)
{
    /// <summary>Whose saga sees to it; null: that of the booking whose money it is, or of the intent that was paid.</summary>
    public Guid? BookingIntentId { get; init; }
}

/// <summary>Reads, requests and moves refunds.</summary>
public static class Refunds
{
    private const string Columns =
        """
        id, payment_attempt_id, booking_intent_id, reservation_id, purpose, request_key, reason, amount, currency, operation_id,
        provider_refund_id, status, tries, greatest(ordered_at, requested_at) AS requested_at, asks, next_try_at, reversals,
        ordered_at IS NOT NULL AS is_ordered, dispute_id
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

    /// <summary>Every refund of an attempt, oldest first.</summary>
    public static async Task<IReadOnlyList<Refund>> OfAttemptAsync(NpgsqlConnection connection, Guid attemptId) =>
        (await connection.QueryAsync<Refund>(
            $"SELECT {Columns} FROM reserve.refunds WHERE payment_attempt_id = @attemptId ORDER BY id", new { attemptId })).AsList();

    /// <summary>
    /// Asks that all of an attempt's money that is not on its way back already goes back. The caller holds the intent's lock.
    /// </summary>
    public static async Task RequestAllAsync(UnitOfWork unit, PaymentAttempt attempt, string reason, DateTimeOffset now)
    {
        var left = attempt.AmountReceived!.Value - (await OfAttemptAsync(unit.Connection, attempt.Id)).Sum(r => r.Amount);
        if (left > 0)
        {
            await RequestAsync(unit, attempt, left, new($"all:{attempt.Id}", RefundPurpose.Void, reason, ReservationId: null), now);
        }
    }

    /// <summary>
    /// Asks for a refund, or finds the one that was asked for under the same key. The caller holds the intent's lock; never more
    /// than was received, says the database.
    /// </summary>
    /// <returns>The refund's id, and whether it is new.</returns>
    /// <exception cref="PostgresException">RC005: there is not as much left of the attempt.</exception>
    public static async Task<(Guid Id, bool IsNew)> RequestAsync(
        UnitOfWork unit, PaymentAttempt attempt, decimal amount, RefundRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = Guid.CreateVersion7(now);
        var asked = await unit.Connection.ExecuteScalarAsync<Guid?>(
            """
            INSERT INTO reserve.refunds
                (id, payment_attempt_id, booking_intent_id, reservation_id, purpose, request_key, charged_to, note, reason, amount, currency,
                 operation_id, requested_at, updated_at)
            VALUES (@id, @AttemptId,
                    coalesce(@AttendedBy, (SELECT booking_intent_id FROM reserve.reservations WHERE id = @ReservationId), @BookingIntentId),
                    @ReservationId, @Purpose, @RequestKey, @ChargedTo, @Note, @Reason, @amount, @Currency,
                    @OperationId, @now, @now)
            ON CONFLICT (request_key) DO NOTHING
            RETURNING id
            """,
            new
            {
                id,
                AttemptId = attempt.Id,
                AttendedBy = request.BookingIntentId,
                attempt.BookingIntentId,
                request.ReservationId,
                request.Purpose,
                request.RequestKey,
                request.ChargedTo,
                request.Note,
                request.Reason,
                amount,
                attempt.Currency,
                OperationId = OperationId(id, tries: 0),
                now,
            });
        return asked is { } made
            ? (made, true)
            : (await unit.Connection.ExecuteScalarAsync<Guid>(
                "SELECT id FROM reserve.refunds WHERE request_key = @RequestKey", new { request.RequestKey }), false);
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
