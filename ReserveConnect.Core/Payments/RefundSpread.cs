using Dapper;
using Npgsql;

namespace ReserveConnect.Payments;

/// <summary>What of an attempt's money could still go back.</summary>
/// <param name="Amount">Received less every refund that was asked for, made or not.</param>
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

    /// <summary>What the attempts of an intent have left, newest first; none that has nothing.</summary>
    public static async Task<IReadOnlyList<MoneyLeft>> LeftAsync(NpgsqlConnection connection, Guid intentId) =>
        (await connection.QueryAsync<MoneyLeft>(
            """
            SELECT a.id AS attempt_id, a.amount_received - coalesce(sum(f.amount), 0) AS amount
            FROM reserve.payment_attempts a
            LEFT JOIN reserve.refunds f ON f.payment_attempt_id = a.id
            WHERE a.booking_intent_id = @intentId
              AND a.status = 'succeeded'
            GROUP BY a.id
            HAVING a.amount_received > coalesce(sum(f.amount), 0)
            ORDER BY a.id DESC
            """,
            new { intentId })).AsList();
}
