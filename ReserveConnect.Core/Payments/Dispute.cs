using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>A disputed charge, as stored in <c>reserve.disputes</c>.</summary>
/// <param name="WithdrawnAmount">What left our balance; null while nothing has.</param>
/// <param name="ReinstatedAmount">What came back; null while nothing has.</param>
/// <param name="Movements">How often money of it has moved.</param>
public sealed record Dispute(
    Guid Id, string ProviderDisputeId, Guid PaymentAttemptId, string Status, decimal? WithdrawnAmount, decimal? WithdrawnFee, decimal? ReinstatedAmount,
    decimal? ReinstatedFee, int Movements)
{
    /// <summary>Whether the bank has the money and has not decided.</summary>
    public bool IsHolding => Status is DisputeStatus.NeedsResponse or DisputeStatus.UnderReview;

    /// <summary>Whether somebody still decides, be it that no money is with the bank.</summary>
    public bool IsOpen => !DisputeStatus.IsFinal(Status);

    /// <summary>What left us and has not come back.</summary>
    public decimal Taken => (WithdrawnAmount ?? 0m) - (ReinstatedAmount ?? 0m);
}

/// <summary>Reads and writes disputes. Whoever writes one holds the lock of its intent.</summary>
public static class Disputes
{
    /// <summary>The dispute as it stands, made if it was not known.</summary>
    /// <returns>It, and whether it is new.</returns>
    public static async Task<(Dispute Dispute, bool IsNew)> TakeUpAsync(
        UnitOfWork unit, PaymentAttempt attempt, DisputeFact fact, DateTimeOffset now)
    {
        var made = await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.disputes
                (id, provider_dispute_id, payment_attempt_id, booking_intent_id, reason, amount, currency, status, evidence_due_by,
                 opened_at, asked_at, created_at, updated_at)
            VALUES (@NewId, @ProviderId, @AttemptId, @BookingIntentId, @Reason, @Amount, @Currency, @Status, @EvidenceDueBy,
                    @OpenedAt, @now, @now, @now)
            ON CONFLICT (provider_dispute_id) DO NOTHING
            """,
            new
            {
                NewId = Guid.CreateVersion7(now),
                ProviderId = fact.Id,
                AttemptId = attempt.Id,
                attempt.BookingIntentId,
                fact.Reason,
                fact.Amount,
                fact.Currency,
                fact.Status,
                fact.EvidenceDueBy,
                fact.OpenedAt,
                now,
            });
        var dispute = await unit.Connection.QuerySingleAsync<Dispute>(
            """
            UPDATE reserve.disputes
            SET evidence_due_by = coalesce(@EvidenceDueBy, evidence_due_by),
                asked_at = @now
            WHERE provider_dispute_id = @ProviderId
            RETURNING id, provider_dispute_id, payment_attempt_id, status, withdrawn_amount, withdrawn_fee, reinstated_amount, reinstated_fee, movements
            """,
            new { ProviderId = fact.Id, fact.EvidenceDueBy, now });
        return (dispute, made == 1);
    }

    /// <summary>Adds what was taken and what came back to what is kept; null: nothing.</summary>
    public static Task KeepMoneyAsync(UnitOfWork unit, Guid id, DisputedMoney? taken, DisputedMoney? back, DateTimeOffset now) =>
        unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.disputes
            SET withdrawn_amount = CASE WHEN @taken::numeric IS NULL THEN withdrawn_amount ELSE coalesce(withdrawn_amount, 0) + @taken END,
                withdrawn_fee = CASE WHEN @takenFee::numeric IS NULL THEN withdrawn_fee ELSE coalesce(withdrawn_fee, 0) + @takenFee END,
                reinstated_amount = CASE WHEN @back::numeric IS NULL THEN reinstated_amount ELSE coalesce(reinstated_amount, 0) + @back END,
                reinstated_fee = CASE WHEN @backFee::numeric IS NULL THEN reinstated_fee ELSE coalesce(reinstated_fee, 0) + @backFee END,
                movements = movements + 1,
                updated_at = @now
            WHERE id = @id
            """,
            new { id, taken = taken?.Amount, takenFee = taken?.Fee, back = back?.Amount, backFee = back?.Fee, now });

    /// <summary>The number of the next part of a refund that a lost dispute settles: none is given twice.</summary>
    public static Task<int> NextSettlementAsync(UnitOfWork unit, Guid id) =>
        unit.Connection.ExecuteScalarAsync<int>(
            "UPDATE reserve.disputes SET settlements = settlements + 1 WHERE id = @id RETURNING settlements", new { id });

    /// <summary>The disputes of an attempt, oldest first.</summary>
    public static async Task<IReadOnlyList<Dispute>> OfAttemptAsync(NpgsqlConnection connection, Guid attemptId) =>
        (await connection.QueryAsync<Dispute>(
            """
            SELECT id, provider_dispute_id, payment_attempt_id, status, withdrawn_amount, withdrawn_fee, reinstated_amount, reinstated_fee, movements
            FROM reserve.disputes
            WHERE payment_attempt_id = @attemptId
            ORDER BY id
            """,
            new { attemptId })).AsList();

    /// <summary>Whether the bank has money of a booking, or of a change of it, and has not decided for whom.</summary>
    /// <param name="bookingId">The intent that the booking began with.</param>
    public static Task<bool> HoldAsync(NpgsqlConnection connection, Guid bookingId) =>
        connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT 1
                FROM reserve.disputes d
                WHERE d.status IN ('needs_response', 'under_review')
                  AND d.booking_intent_id IN (
                    SELECT @bookingId
                    UNION ALL
                    SELECT m.id
                    FROM reserve.reservations r
                    JOIN reserve.booking_intents m ON m.modifies_reservation_id = r.id
                    WHERE r.booking_intent_id = @bookingId))
            """,
            new { bookingId });

    /// <exception cref="InvalidOperationException">The dispute is not in <paramref name="from"/>.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Guid id, string from, string to, DateTimeOffset now)
    {
        if (!await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_dispute(@id, @from, @to, 'system', 'provider', @now)", new { id, from, to, now }))
        {
            throw new InvalidOperationException($"dispute {id} is no longer {from}");
        }
    }

    /// <summary>Open disputes that nobody has asked about since an instant, longest ago first.</summary>
    public static async Task<IReadOnlyList<OpenDispute>> OpenSinceAsync(NpgsqlConnection connection, DateTimeOffset askedBefore, int limit) =>
        (await connection.QueryAsync<OpenDispute>(
            """
            SELECT a.provider, d.provider_dispute_id, d.payment_attempt_id
            FROM reserve.disputes d
            JOIN reserve.payment_attempts a ON a.id = d.payment_attempt_id
            WHERE d.status IN ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review')
              AND d.asked_at < @askedBefore
            ORDER BY d.asked_at
            LIMIT @limit
            """,
            new { askedBefore, limit })).AsList();
}

/// <summary>A dispute to ask its provider about.</summary>
public sealed record OpenDispute(string Provider, string ProviderDisputeId, Guid PaymentAttemptId);
