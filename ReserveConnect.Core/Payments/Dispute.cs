using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Providers.Stripe;

namespace ReserveConnect.Payments;

/// <summary>A disputed charge, as stored in <c>reserve.disputes</c>.</summary>
/// <param name="WithdrawnAmount">What left our balance; null while nothing has.</param>
/// <param name="ReinstatedAmount">What came back; null while nothing has.</param>
public sealed record Dispute(
    Guid Id, string ProviderDisputeId, Guid PaymentAttemptId, string Status, decimal? WithdrawnAmount, decimal? ReinstatedAmount);

/// <summary>Reads and writes disputes. Whoever writes one holds the lock of its intent.</summary>
public static class Disputes
{
    /// <summary>The dispute as it stands, made if it was not known.</summary>
    /// <returns>It, and whether it is new.</returns>
    public static async Task<(Dispute Dispute, bool IsNew)> TakeUpAsync(
        UnitOfWork unit, PaymentAttempt attempt, CardDispute fact, DateTimeOffset now)
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
                Status = DisputeStatus.Of(fact),
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
            RETURNING id, provider_dispute_id, payment_attempt_id, status, withdrawn_amount, reinstated_amount
            """,
            new { ProviderId = fact.Id, fact.EvidenceDueBy, now });
        return (dispute, made == 1);
    }

    /// <summary>Keeps what was taken; what was kept before stays.</summary>
    public static Task KeepWithdrawalAsync(UnitOfWork unit, Guid id, DisputedMoney money) =>
        unit.Connection.ExecuteAsync(
            "UPDATE reserve.disputes SET withdrawn_amount = @Amount, withdrawn_fee = @Fee WHERE id = @id AND withdrawn_amount IS NULL",
            new { id, money.Amount, money.Fee });

    /// <summary>Keeps what came back; what was kept before stays.</summary>
    public static Task KeepReinstatementAsync(UnitOfWork unit, Guid id, DisputedMoney money) =>
        unit.Connection.ExecuteAsync(
            "UPDATE reserve.disputes SET reinstated_amount = @Amount, reinstated_fee = @Fee WHERE id = @id AND reinstated_amount IS NULL",
            new { id, money.Amount, money.Fee });

    /// <exception cref="InvalidOperationException">The dispute is not in <paramref name="from"/>.</exception>
    public static async Task MoveAsync(UnitOfWork unit, Guid id, string from, string to, DateTimeOffset now)
    {
        if (!await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT reserve.transition_dispute(@id, @from, @to, 'system', 'provider', @now)", new { id, from, to, now }))
        {
            throw new InvalidOperationException($"dispute {id} is no longer {from}");
        }
    }

    /// <summary>The provider's ids of open disputes that nobody has asked about since an instant, longest ago first.</summary>
    public static async Task<IReadOnlyList<string>> OpenSinceAsync(NpgsqlConnection connection, DateTimeOffset askedBefore, int limit) =>
        (await connection.QueryAsync<string>(
            """
            SELECT provider_dispute_id
            FROM reserve.disputes
            WHERE status IN ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review')
              AND asked_at < @askedBefore
            ORDER BY asked_at
            LIMIT @limit
            """,
            new { askedBefore, limit })).AsList();
}
