using Dapper;
using Npgsql;

namespace ReserveConnect.Booking.Modifications;

/// <summary>Bookings whose guest's bank disputes a payment, or has taken it back: no money is moved with a change until that has ended.</summary>
internal static class DisputedBookings
{
    /// <param name="connection">Where.</param>
    /// <param name="bookingIntentId">The intent that the booking began with.</param>
    /// <returns>Null when no dispute is open or lost; else the refusal <c>payment_disputed</c>.</returns>
    public static async Task<Refusal?> RefusalAsync(NpgsqlConnection connection, Guid bookingIntentId) =>
        await connection.ExecuteScalarAsync<bool>(
            """
            SELECT EXISTS (
                SELECT
                FROM reserve.disputes d
                WHERE d.booking_intent_id IN (
                        SELECT @bookingIntentId
                        UNION ALL
                        SELECT m.id
                        FROM reserve.reservations r
                        JOIN reserve.booking_intents m ON m.modifies_reservation_id = r.id
                        WHERE r.booking_intent_id = @bookingIntentId)
                  AND (d.status IN ('warning_needs_response', 'warning_under_review', 'needs_response', 'under_review', 'lost')
                       OR d.withdrawn_amount > coalesce(d.reinstated_amount, 0)))
            """,
            new { bookingIntentId })
            ? Refusal.Conflict("payment_disputed", "A payment of this booking is disputed with its bank: it can be changed when that is settled. Ask our support.")
            : null;
}
