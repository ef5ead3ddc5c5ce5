using Dapper;
using Npgsql;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Finance;
using ReserveConnect.Providers;

namespace ReserveConnect.Payments;

/// <summary>Posts a provider's fee that was not known yet when its money was taken in; once, whoever finds it first.</summary>
public sealed class TakeFee(ReserveDatabase database, PaymentProviders providers, TimeProvider clock)
{
    /// <summary>Asks for the fee of a charge that was paid; does nothing while the provider knows none, or it is in the books.</summary>
    public async Task RunAsync(ReportedCharge charge, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(charge);
        await using (var connection = await database.OpenAsync(cancellation))
        {
            if (await IsKnownAsync(connection, charge.Attempt.Id))
            {
                return;
            }
        }

        if (await providers.AskAsync(charge.Attempt, charge.Intent, cancellation)
            is ProviderAnswer<MoneyFact>.Done { Value: { State: MoneyState.Paid, Fee: { } fee, ChargeId: { } chargeId } fact })
        {
            await database.TransactAsync(unit => PostAsync(unit, charge.Attempt.Id, fact, fee, chargeId), cancellation);
        }
    }

    /// <summary>
    /// Attempts whose fee is due to be asked for: at <paramref name="first"/> after their money, and each time after as long
    /// again as has passed since, until <paramref name="giveUp"/>.
    /// </summary>
    public static async Task<IReadOnlyList<Guid>> DueAsync(
        NpgsqlConnection connection, TimeSpan first, TimeSpan giveUp, int limit, DateTimeOffset now) =>
        (await connection.QueryAsync<Guid>(
            """
            UPDATE reserve.payment_attempts
            SET polled_at = @now
            WHERE id IN (
                SELECT a.id
                FROM reserve.payment_attempts a
                WHERE a.fee_amount IS NULL
                  AND a.succeeded_at > @now - @giveUp
                  AND a.status IN ('succeeded', 'refunded')
                  AND @now - greatest(a.polled_at, a.succeeded_at) >= greatest(@first, greatest(a.polled_at, a.succeeded_at) - a.succeeded_at)
                ORDER BY a.succeeded_at
                LIMIT @limit
                FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            new { first, giveUp, limit, now })).AsList();

    private static Task<bool> IsKnownAsync(NpgsqlConnection connection, Guid attemptId) =>
        connection.ExecuteScalarAsync<bool>(
            "SELECT fee_amount IS NOT NULL FROM reserve.payment_attempts WHERE id = @attemptId", new { attemptId });

    private async Task PostAsync(UnitOfWork unit, Guid attemptId, MoneyFact fact, decimal fee, string chargeId)
    {
        var now = clock.GetUtcNow();
        var attempt = (await PaymentAttempts.FindAsync(unit.Connection, attemptId))!;
        var intent = await BookingIntents.LockAsync(unit, attempt.BookingIntentId);
        var isFirst = await unit.Connection.ExecuteAsync(
            """
            UPDATE reserve.payment_attempts
            SET fee_amount = @fee,
                provider_charge_id = coalesce(provider_charge_id, @chargeId),
                updated_at = @now
            WHERE id = @attemptId
              AND fee_amount IS NULL
            """,
            new { attemptId, fee, chargeId, now }) == 1;
        if (isFirst && fee > 0)
        {
            var money = MoneyIntake.MoneyOf(intent, attempt, fact.ProviderPaymentId, attempt.AmountReceived!.Value, fact.Currency);
            await Ledger.PostAsync(unit, Postings.ProviderFee(money, attempt.ProviderChargeId ?? chargeId, fee), "system", now);
        }
    }
}
