using Dapper;
using Npgsql;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>What the guest does not see: from the stored webhook to the reservation, as the rows tell.</summary>
internal static class SagaLatency
{
    /// <returns>Milliseconds from <c>webhook_events.received_at</c> to <c>reservations.booked_at</c>, one each booking.</returns>
    public static async Task<IReadOnlyList<double>> ReadAsync(string connectionString, IReadOnlyList<Guid> intents)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        return (await connection.QueryAsync<double>(
            """
            SELECT extract(epoch FROM r.booked_at - w.received_at)::float8 * 1000
            FROM reserve.booking_intents i
            JOIN reserve.reservations r ON r.id = i.reservation_id
            JOIN reserve.webhook_events w ON w.object_id = i.stripe_payment_intent_id
                AND w.provider = 'stripe'
                AND w.event_type = 'payment_intent.succeeded'
            WHERE i.id = ANY(@intents)
            """,
            new { intents = intents.ToArray() })).AsList();
    }
}
