using Dapper;
using Npgsql;
using ReserveConnect.Finance;

namespace ReserveConnect.Trials.Replay;

/// <summary>Money and nights on record when all is over.</summary>
/// <param name="Taken">What the providers took, BRL.</param>
/// <param name="Reservations">How many there are of each status.</param>
/// <param name="Intents">How many booking intents, changes included, there are of each status.</param>
/// <param name="Open">Exceptions that nobody has resolved, by type.</param>
/// <param name="GivenBack">Refunds that are made, BRL.</param>
/// <param name="Transferred">Those of them that a person made by transfer, BRL.</param>
/// <param name="Sold">Nights that were slept in, or kept for somebody, by unit.</param>
internal sealed record Books(
    decimal Taken,
    IReadOnlyList<RefundSum> Refunds,
    IReadOnlyList<AccountBalance> Balance,
    IReadOnlyDictionary<string, int> Reservations,
    IReadOnlyDictionary<string, int> Intents,
    IReadOnlyDictionary<string, int> Open,
    decimal GivenBack,
    decimal Transferred,
    IReadOnlyDictionary<string, int> Sold)
{
    /// <summary>Reads them.</summary>
    public static async Task<Books> ReadAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        return new(
            await connection.ExecuteScalarAsync<decimal>("SELECT coalesce(sum(amount_received), 0) FROM reserve.payment_attempts"),
            [.. await connection.QueryAsync<RefundSum>(
                """
                SELECT purpose, status, count(*)::int AS count, sum(amount) AS amount
                FROM reserve.refunds
                GROUP BY purpose, status
                ORDER BY purpose, status
                """)],
            await TrialBalance.ReadAsync(connection),
            await CountsAsync(connection, "SELECT status, count(*)::int FROM reserve.reservations GROUP BY status ORDER BY status"),
            await CountsAsync(connection, "SELECT status, count(*)::int FROM reserve.booking_intents GROUP BY status ORDER BY status"),
            await CountsAsync(
                connection,
                "SELECT exception_type, count(*)::int FROM reserve.exceptions WHERE status IN ('open', 'in_progress') GROUP BY exception_type ORDER BY exception_type"),
            await connection.ExecuteScalarAsync<decimal>("SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE status = 'succeeded'"),
            // The end-to-end id of a PIX transfer; no provider's refund has one like it.
            await connection.ExecuteScalarAsync<decimal>(
                "SELECT coalesce(sum(amount), 0) FROM reserve.refunds WHERE status = 'succeeded' AND provider_refund_id ~ '^E[0-9]{20}'"),
            await CountsAsync(
                connection,
                """
                SELECT u.name, coalesce(sum(coalesce(r.released_from, r.check_out) - r.check_in), 0)::int
                FROM reserve.unit_map u
                LEFT JOIN reserve.reservations r ON r.unit_id = u.id
                GROUP BY u.name
                ORDER BY u.name
                """));
    }

    private static async Task<IReadOnlyDictionary<string, int>> CountsAsync(NpgsqlConnection connection, string sql) =>
        (await connection.QueryAsync<(string, int)>(sql)).ToDictionary();
}

/// <summary>Refunds of a kind.</summary>
/// <param name="Amount">BRL.</param>
internal sealed record RefundSum(string Purpose, string Status, int Count, decimal Amount);
