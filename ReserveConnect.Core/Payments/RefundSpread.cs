using Dapper;
using Npgsql;

namespace ReserveConnect.Payments;

/// <summary>What of an attempt's money could still go back.</summary>
/// <param name="Amount">Received less every refund that was asked for, made or not, and less what a bank took and kept.</param>
public sealed record MoneyLeft(Guid AttemptId, decimal Amount);

/// <summary>One refund over several attempts: the newest gives first, as far as it has.</summary>
public static class RefundSpread
{
    /// <summary>Splits an amount over attempts.</summary>
    /// <param name="newestFirst">What each has left.</param>
    /// <param name="amount">Two places, more than zero, at most what they have together.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there is, or nothing.</exception>
    public static IReadOnlyList<MoneyLeft> Over(IReadOnlyList<MoneyLeft> newestFirst, decimal amount)
    {
        ArgumentNullException.ThrowIfNull(newestFirst);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, newestFirst.Sum(left => left.Amount));
        List<MoneyLeft> parts = [];
        foreach (var left in newestFirst.Where(left => left.Amount > 0))
        {
            var part = Math.Min(left.Amount, amount);
            amount -= part;
            if (part > 0)
            {
                parts.Add(left with { Amount = part });
            }
        }

        return parts;
    }

    /// <summary>What the attempts of a booking have left, those of its changes among them, newest first; none that has nothing.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="intentId">The intent that the booking began with.</param>
    /// <param name="includesLost">
    /// What banks keep counts too: a refund that is owed anyhow is settled with it, whichever of the two came first.
    /// </param>
    public static async Task<IReadOnlyList<MoneyLeft>> LeftAsync(NpgsqlConnection connection, Guid intentId, bool includesLost = false) =>
        (await connection.QueryAsync<MoneyLeft>(
            """
            SELECT a.id AS attempt_id, a.amount_received - f.amount - d.amount AS amount
            FROM reserve.payment_attempts a
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(f.amount), 0) AS amount
                FROM reserve.refunds f
                WHERE f.payment_attempt_id = a.id) f
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(d.withdrawn_amount - coalesce(d.reinstated_amount, 0) - (
                           SELECT coalesce(sum(s.amount), 0)
                           FROM reserve.refunds s
                           WHERE s.dispute_id = d.id
                             AND s.status = 'succeeded')), 0) AS amount
                FROM reserve.disputes d
                WHERE d.payment_attempt_id = a.id
                  AND d.status = 'lost'
                  AND NOT @includesLost) d
            WHERE a.booking_intent_id IN (
                    SELECT @intentId
                    UNION ALL
                    SELECT m.id
                    FROM reserve.reservations r
                    JOIN reserve.booking_intents m ON m.modifies_reservation_id = r.id
                    WHERE r.booking_intent_id = @intentId
                      AND m.status = 'confirmed')
              AND a.status = 'succeeded'
              AND a.amount_received > f.amount + d.amount
            ORDER BY a.id DESC
            """,
            new { intentId, includesLost })).AsList();
}
